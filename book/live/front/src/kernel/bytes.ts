// Counts the bytes that come while Python is loaded, and unpacks its machine code.

/** Python's machine code, which the book serves packed. */
const MACHINE = "pyodide.asm.wasm";

/** Files that every start loads; modules are not fetched, and count once they are there. */
const NEEDED = [`${MACHINE}.gz`, "python_stdlib.zip", "page-1-py3-none-any.whl", "minichain-1-py3-none-any.whl"];

/** Tell `tell` of each piece that is fetched from now on. */
export function countBytes(sizes: Record<string, number>, tell: (loaded: number, total: number) => void): void {
  const plain = globalThis.fetch.bind(globalThis);
  const total = NEEDED.reduce((sum, name) => sum + (sizes[name] ?? 0), 0);
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
    const isMachine = name === MACHINE;
    const answer = await plain(isMachine ? `${address}.gz` : input, options);
    if (!answer.ok || !answer.body || !(isMachine || NEEDED.includes(name))) return answer;
    const counted = answer.body.pipeThrough(counter());
    const body = isMachine ? counted.pipeThrough(new DecompressionStream("gzip") as never) : counted;
    const type = isMachine ? "application/wasm" : (answer.headers.get("content-type") ?? "");
    return new Response(body, { headers: { "content-type": type } });
  };
}
