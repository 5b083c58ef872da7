// Bundles the front end: what pages load goes to static/live.

import { build } from "esbuild";

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
  metafile: process.argv.includes("--sizes"),
}).then((result) => {
  if (!result.metafile) return;
  for (const [name, made] of Object.entries(result.metafile.outputs)) {
    const inputs = Object.entries(made.inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
    console.log(name, made.bytes);
    for (const [input, { bytesInOutput }] of inputs.slice(0, 12)) console.log("   ", bytesInOutput, input);
  }
});
