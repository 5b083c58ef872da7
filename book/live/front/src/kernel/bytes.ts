// Counts the bytes that come while Python is loaded, and unpacks what the book serves packed.

import { unpack } from "./unpack";

/** Files that every start fetches; modules are not fetched, and count once they are there. */
const NEEDED = new Set(["pyodide.asm.wasm", "python_stdlib.zip", "page-1-py3-none-any.whl", "minichain-1-py3-none-any.whl"]);

/** Tell `tell` of each piece that is fetched from now on. */
export function countBytes(sizes: Record<string, number>, tell: (loaded: number, total: number) => void): void {
  const plain = globalThis.fetch.bind(globalThis);
  const total = [...NEEDED].reduce((sum, name) => sum + (sizes[`${name}.gz`] ?? 0), 0);
  let loaded = 0;
  let told = 0;
  const counter = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        loaded += piece.byteLength;
        // A message for each hundredth is enough.
        if (loaded - told > total / 100) {
          told = loaded;
          tell(Math.min(loaded, total), total);
        }
        controller.enqueue(piece);
      },
    });
  globalThis.fetch = async (input, options) => {
    const address = input instanceof Request ? input.url : String(input);
    const name = new URL(address, location.href).pathname.split("/").pop() ?? "";
    if (!NEEDED.has(name)) return plain(input, options);
    // Pyodide knows the digest of what is inside; the packed file has another.
    const answer = await plain(`${address}.gz`, { ...options, integrity: undefined });
    if (!answer.ok || !answer.body) return answer;
    const body = await unpack(answer.body.pipeThrough(counter()));
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(body, { headers: { "content-type": type } });
  };
}
