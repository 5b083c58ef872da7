// Runs pytest in the page's Python, under Node: node pytest_in_page.mjs PYODIDE WHEELS LIBRARIES PROJECT WORD...
// Official suites are where MINICHAIN_VECTORS says.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const [folder, wheels, libraries, project, ...words] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const vectors = process.env.MINICHAIN_VECTORS;
const env = { HOME: "/home", MINICHAIN_KERNELS: "/lib/kernels.so", PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1" };
if (vectors) env.MINICHAIN_VECTORS = "/vectors";
const python = await loadPyodide({ indexURL: `${folder}/`, env });
python.FS.writeFile("/lib/kernels.so", gunzipSync(readFileSync(`${wheels}/kernels.so.gz`)));
for (const name of ["page", "minichain", "contracts"]) {
  const data = gunzipSync(readFileSync(`${wheels}/${name}-1-py3-none-any.whl.gz`));
  python.unpackArchive(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength), "wheel", { extractDir: "/lib/python3.14/site-packages" });
}
const folders = [["/libraries", libraries], ["/project", project]];
if (vectors) folders.push(["/vectors", vectors]);
for (const [place, root] of folders) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
python.globals.set("words", python.toPy(words));
process.exitCode = python.runPython(`
import os, sys
# Pure libraries of the tests are read from the environment, after the page's own.
sys.path.insert(0, "/project/tests/page/stand_ins")
sys.path.append("/libraries")
sys.path.insert(0, "/tests")
os.mkdir("/tests")
os.symlink("/project/tests", "/tests/tests")
os.chdir("/tests")
import pytest
from pathlib import Path
Path("/tests/pytest.ini").write_text("[pytest]\\nmarkers =\\n  slow: takes long\\n  oracle: compares\\n")
int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-c", "/tests/pytest.ini", "--rootdir=/tests", "--noconftest", *words]))
`);
