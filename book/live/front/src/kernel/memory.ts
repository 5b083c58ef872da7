// The memory of a Python that has started, as the build took it: a page goes on from there
// and starts nothing. `memory.mjs` writes it, `restore` puts it into a fresh Python.

/** Bytes of a page of memory; parts begin and end at one. */
export const PAGE = 4096;

/** Bytes by which WebAssembly's memory grows. */
const UNIT = 65536;

/** What a memory consists of, part by part. */
interface Head {
  /** Bytes in all. */
  length: number;
  /** What stands in each part, and how many pages it has: nothing, what is there, or data that follows. */
  parts: ["zero" | "same" | "data", number][];
  /** What Python knows of the world outside it. */
  outside: object;
}

export class Memory {
  private readonly head: Head;
  private readonly data: Uint8Array;

  /** @param whole The file: the length of its head in four bytes, the head as JSON, the data. */
  constructor(whole: Uint8Array) {
    const size = new DataView(whole.buffer, whole.byteOffset).getUint32(0, true);
    this.head = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + size))) as Head;
    this.data = whole.subarray(4 + size);
    const pages = this.head.parts.reduce((sum, [kind, count]) => sum + (kind === "data" ? count : 0), 0);
    if (pages * PAGE !== this.data.length) throw new Error("the memory of Python is damaged");
  }

  /** Let a machine's memory grow until this one fits. */
  makeRoom(memory: WebAssembly.Memory): void {
    const missing = this.head.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(missing / UNIT);
  }

  /** Put the memory into a Python that has not begun; return what it knows of the world outside. */
  restore(module: Machine): object {
    const heap = module.HEAPU8;
    // A way to call functions that depends on the browser: its place is for this one to say.
    const offset = module.HEAP32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
    const place = (module.__PyRuntime + offset) >>> 2;
    const caller = module.HEAP32[place];
    let [at, from] = [0, 0];
    for (const [kind, count] of this.head.parts) {
      const size = count * PAGE;
      if (kind === "zero") heap.fill(0, at, at + size);
      if (kind === "data") {
        heap.set(this.data.subarray(from, from + size), at);
        from += size;
      }
      at += size;
    }
    module.HEAP32[place] = caller;
    return this.head.outside;
  }
}

/** What is used of a Python that Emscripten has made. */
export interface Machine {
  HEAPU8: Uint8Array;
  HEAP32: Int32Array;
  __PyRuntime: number;
  __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: number;
  API: { restoreSnapshot(data: Uint8Array): object };
}
