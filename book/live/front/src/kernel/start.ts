// Starts Python. The build started it once and kept its memory; a page goes on from that.
// Where it cannot, Python starts from nothing, which takes some seconds more.

import type { PyodideInterface } from "pyodide";
import { ZSTDDecoder } from "zstddec";

import { readArchive, unpackNow } from "./archive";
import { Downloads } from "./bytes";
import { fillWhenOpened, layOut, type Files, type Places } from "./folders";
import { Memory, type Machine } from "./memory";

const [MACHINE, LIBRARY, MEMORY, KERNELS] = ["pyodide.asm.wasm", "python_stdlib.zip", "memory.zst", "kernels.so"];

/** The standard library, where Python looks for it. */
const ZIP = "python314.zip";

const PACKAGES = "/lib/python3.14/site-packages";

/** What the build started Python with too: it is part of the memory. */
const SURROUNDINGS = {
  HOME: "/home/reader",
  MINICHAIN_KERNELS: `/lib/${KERNELS}`,
  PYTHONHASHSEED: "0",
  // Widgets need no echo of what they say themselves; figures are drawn by the page.
  JUPYTER_WIDGETS_ECHO: "0",
  PLOTLY_RENDERER: "plotly_mimetype",
};

/** What is used of Emscripten's settings and of what it makes from them. */
interface Settings {
  preRun: ((module: { FS: Files }) => void)[];
  instantiateWasm(imports: object, take: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void): object;
}

type Make = (settings: Settings) => Promise<Machine & { FS: Files }>;

type Load = (options: object) => Promise<PyodideInterface>;

export interface Started {
  python: PyodideInterface;
  /** The folders among Python's packages that are filled when they are needed. */
  folders: string[];
  /** Fill one of them now; say whether that was possible. */
  bring(folder: string): boolean;
}

/** Start Python from what lies at `base`. */
export async function startPython(base: string, tell: (loaded: number, total: number) => void): Promise<Started> {
  const downloads = new Downloads(base, tell);
  void downloads.learnSizes();
  const program = import(`${base}pyodide.mjs`) as Promise<{ loadPyodide: Load }>;
  const maker = import(`${base}pyodide.asm.mjs`) as Promise<{ default: Make }>;
  const places = downloads.json<Places>("wheels.json");
  const machine = downloads.begin(MACHINE);
  const memory = takeMemory(downloads);
  const load = async (code: Promise<Response>, library: () => Promise<Response>, options: object) => {
    const { loadPyodide } = await program;
    return withFiles({ [MACHINE]: () => code, [LIBRARY]: library }, () =>
      loadPyodide({ indexURL: base, fullStdLib: false, env: SURROUNDINGS, stdout: ignore, stderr: ignore, ...options }),
    );
  };
  const make = (await maker).default;
  const kernels = downloads.begin(KERNELS).then(async (answer) => new Uint8Array(await answer.arrayBuffer()));
  const [compiled, known] = [await kernels, await places];
  let bring: Started["bring"] = () => true;
  const furnish = (files: Files) => {
    files.writeFile(`/lib/${KERNELS}`, compiled, { canOwn: true });
    bring = layOut(files, PACKAGES, known, (archive) => {
      const found = fetchNow(base + archive);
      return found && readArchive(unpackNow(found));
    });
  };
  try {
    const kept = await memory;
    const python = await load(machine, async () => new Response(new Uint8Array()), {
      // Python wants some bytes here; what they mean is for `restoreSnapshot` to say.
      _loadSnapshot: new Uint8Array(),
      createPyodideModule: async (settings: Settings) => {
        const plain = settings.instantiateWasm;
        settings.instantiateWasm = (imports, take) =>
          plain(imports, (instance, module) => {
            kept.makeRoom(instance.exports.memory as WebAssembly.Memory);
            take(instance, module);
          });
        const made = await make(settings);
        made.API.restoreSnapshot = () => kept.restore(made);
        furnish(made.FS);
        fillWhenOpened(made.FS, `/lib/${ZIP}`, () => {
          const found = fetchNow(`${base}${LIBRARY}.gz`);
          return found && unpackNow(found);
        });
        return made;
      },
    });
    return { python, bring, folders: Object.keys(known) };
  } catch (error) {
    console.warn("Python starts from nothing", error);
  }
  const python = await load(downloads.begin(MACHINE), () => downloads.begin(LIBRARY), {
    createPyodideModule: (settings: Settings) => {
      settings.preRun.push(({ FS }) => furnish(FS));
      return make(settings);
    },
  });
  return { python, bring, folders: Object.keys(known) };
}

/** Packed so that it is a quarter smaller than browsers themselves could unpack it. */
async function takeMemory(downloads: Downloads): Promise<Memory> {
  const decoder = new ZSTDDecoder();
  const [packed] = await Promise.all([downloads.whole(MEMORY), decoder.init()]);
  return new Memory(decoder.decode(packed));
}

/** Let whoever fetches one of some files get it from here, while something is done. */
async function withFiles<T>(files: Record<string, () => Promise<Response>>, work: () => Promise<T>): Promise<T> {
  const plain = globalThis.fetch;
  globalThis.fetch = (input, options) => {
    const address = input instanceof Request ? input.url : String(input);
    const name = new URL(address, location.href).pathname.split("/").pop() ?? "";
    return files[name]?.() ?? plain(input, options);
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = plain;
  }
}

/** Get a file before going on: Python's import cannot wait. A worker may. */
function fetchNow(url: string): Uint8Array | undefined {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    return undefined; // no network
  }
  return request.status === 200 ? new Uint8Array(request.response as ArrayBuffer) : undefined;
}

function ignore(): void {
  // What Python itself prints is for nobody; cells print to the page.
}
