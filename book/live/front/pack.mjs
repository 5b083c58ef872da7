// Packs staged folders into wheels, and the standard library, modules compiled by the Python that runs them.
// node pack.mjs STAGE TARGET NAME...

import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [stage, target, ...names] = process.argv.slice(2);
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1", HOME: "/home" } });
for (const [place, folder] of [["/stage", stage], ["/target", target]]) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, place);
}
python.globals.set("names", python.toPy(names));
try {
  python.runPython(readFileSync(new URL("pack.py", import.meta.url), "utf8"));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
