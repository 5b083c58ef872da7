// Bundles the front end: what pages load goes to static/live.

import { writeFileSync } from "node:fs";
import { basename } from "node:path";

import { build } from "esbuild";

/** Modules that a page made from a notebook loads at once. */
const AT_ONCE = ["src/widgets/saved.ts", "src/cells/page.ts"];

await build({
  entryPoints: [{ in: "src/book.ts", out: "book" }, { in: "src/kernel/worker.ts", out: "worker" }, { in: "src/offline.ts", out: "offline" }],
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  target: "es2022",
  outdir: "static/live",
  assetNames: "fonts/[name]",
  chunkNames: "[name]-[hash]",
  loader: { ".svg": "dataurl", ".woff2": "file" },
  alias: {
    // The theme brings icons, and the page has a sanitiser already.
    "@fortawesome/fontawesome-free/css/all.min.css": "./src/style/none.css",
    "@fortawesome/fontawesome-free/css/v4-shims.min.css": "./src/style/none.css",
    "sanitize-html": "./src/outputs/sanitise.ts",
  },
  // Python itself is loaded from beside the book.
  external: ["pyodide"],
  logLevel: "warning",
  metafile: true,
}).then(({ metafile: { outputs } }) => {
  writeFileSync("static/live/preload.json", JSON.stringify(findPreloads(outputs)));
  if (!process.argv.includes("--sizes")) return;
  for (const [name, made] of Object.entries(outputs)) {
    const inputs = Object.entries(made.inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
    console.log(name, made.bytes);
    for (const [input, { bytesInOutput }] of inputs.slice(0, 12)) console.log("   ", bytesInOutput, input);
  }
});

/** Return the files that modules of a notebook's page import, so that pages can name them early. */
function findPreloads(outputs) {
  const found = new Set();
  const add = (name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const { path, kind } of outputs[name].imports) if (kind === "import-statement") add(path);
  };
  for (const [name, { entryPoint }] of Object.entries(outputs)) if (AT_ONCE.includes(entryPoint)) add(name);
  return [...found].map((name) => basename(name)).sort();
}
