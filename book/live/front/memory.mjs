// Takes the memory of a Python that has started and imported what pages need.
// node memory.mjs LIBRARY PACKAGES KERNELS TARGET NAME...: imports each NAME, writes the file TARGET.
// `src/kernel/memory.ts` reads it, and says what stands in it.

import { readFileSync, writeFileSync } from "node:fs";
import { constants, zstdCompressSync } from "node:zlib";
import { loadPyodide } from "pyodide";
import create from "./node_modules/pyodide/pyodide.asm.mjs";

const PAGE = 4096;

/** How hard the memory is packed: more takes longer and gains nothing. */
const LEVEL = 19;

const [library, packages, kernels, target, ...names] = process.argv.slice(2);

/** The surroundings are part of the memory: `start.ts` says the same. */
const options = {
  env: {
    HOME: "/home/reader",
    MINICHAIN_KERNELS: "/lib/kernels.so",
    PYTHONHASHSEED: "0",
    JUPYTER_WIDGETS_ECHO: "0",
    PLOTLY_RENDERER: "plotly_mimetype",
  },
  fullStdLib: false,
  stdLibURL: library,
  // A page's Python has no program either, and this machine's is nobody's business.
  _sysExecutable: "./this.program",
};

/** Return the memory of a Python that has not begun: pages find theirs so. */
async function takeFresh() {
  let fresh;
  const createPyodideModule = async (settings) => {
    settings.noInitialRun = true;
    const module = await create(settings);
    fresh = module.HEAPU8.slice();
    throw new Error("taken");
  };
  await loadPyodide({ ...options, createPyodideModule }).catch(() => undefined);
  return fresh;
}

async function takeStarted() {
  const python = await loadPyodide({ ...options, _makeSnapshot: true });
  // After the start: what Python finds there at its start, it tells JavaScript.
  python.FS.mount(python.FS.filesystems.NODEFS, { root: packages }, "/lib/python3.14/site-packages");
  python.FS.writeFile("/lib/kernels.so", readFileSync(kernels));
  python.globals.set("names", python.toPy(names));
  python.runPython(readFileSync(new URL("memory.py", import.meta.url), "utf8"));
  python.globals.delete("names");
  // What these hold lies outside the memory.
  const loaded = Object.keys(python._module.LDSO.loadedLibsByName).filter((name) => name !== "__main__");
  if (loaded.length) throw new Error(`an import loaded ${loaded}`);
  return python.makeMemorySnapshot();
}

/** Return what the snapshot says of the world outside, and the memory alone. */
function split(snapshot) {
  const [, start, size] = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 3);
  const text = new TextDecoder().decode(snapshot.subarray(HEAD, HEAD + size));
  return { outside: JSON.parse(text), memory: snapshot.subarray(start) };
}

/** Bytes of a snapshot before its text: its mark, two sizes, and the release that made it. */
const HEAD = 48;

function compare(memory, fresh) {
  const [parts, data] = [[], []];
  for (let at = 0; at < memory.length; at += PAGE) {
    const page = Buffer.from(memory.buffer, memory.byteOffset + at, PAGE);
    let kind = "data";
    if (page.every((byte) => byte === 0)) kind = "zero";
    else if (at < fresh.length && page.equals(fresh.subarray(at, at + PAGE))) kind = "same";
    if (kind === "data") data.push(page);
    if (parts.at(-1)?.[0] === kind) parts.at(-1)[1] += 1;
    else parts.push([kind, 1]);
  }
  return { parts, data };
}

try {
  const fresh = await takeFresh();
  const { outside, memory } = split(await takeStarted());
  const { parts, data } = compare(memory, fresh);
  const head = Buffer.from(JSON.stringify({ length: memory.length, parts, outside }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  const whole = Buffer.concat([size, head, ...data]);
  writeFileSync(target, zstdCompressSync(whole, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
