// Unpacks what the book serves packed. Some hosts tell the browser to unpack such files
// as they come; then nothing is left to do.

/** The first two bytes of a packed file. */
const MARK = [0x1f, 0x8b];

/** Return a stream's bytes, unpacked if they are packed. */
export async function unpack(packed: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = packed.getReader();
  const first = await reader.read();
  const whole = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.value) controller.enqueue(first.value);
      if (first.done) controller.close();
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isPacked = MARK.every((byte, place) => first.value?.[place] === byte);
  return isPacked ? whole.pipeThrough(new DecompressionStream("gzip") as never) : whole;
}
