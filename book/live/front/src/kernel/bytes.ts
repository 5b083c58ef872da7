// Downloads are what Python's start fetches. They begin together, they are counted, and
// what the book serves packed is unpacked on the way.

import { unpack } from "./unpack";

export class Downloads {
  private sizes: Record<string, number> = {};
  private total = 0;
  private loaded = 0;
  private told = 0;

  /**
   * @param base Where files lie, with a slash at the end.
   * @param tell Called as bytes come; the total is 0 while it is unknown.
   */
  constructor(
    private readonly base: string,
    private readonly tell: (loaded: number, total: number) => void,
  ) {}

  /** Learn the files' sizes; nothing waits for them. */
  async learnSizes(): Promise<void> {
    this.sizes = await this.json<Record<string, number>>("sizes.json").catch(() => ({}));
  }

  async json<T>(name: string): Promise<T> {
    return (await (await fetch(this.base + name)).json()) as T;
  }

  /** Fetch a file that is served packed; unpack it as it comes. */
  async begin(name: string): Promise<Response> {
    const body = await unpack(await this.stream(`${name}.gz`));
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(body, { headers: { "content-type": type } });
  }

  /** Fetch a file as it is served. */
  async whole(name: string): Promise<Uint8Array> {
    return new Uint8Array(await new Response(await this.stream(name)).arrayBuffer());
  }

  private async stream(name: string): Promise<ReadableStream<Uint8Array>> {
    const answer = await fetch(this.base + name);
    if (!answer.ok || !answer.body) throw new Error(`${name} could not be fetched: ${answer.status}`);
    this.total += this.sizes[name] ?? Number(answer.headers.get("content-length") ?? 0);
    return answer.body.pipeThrough(this.counter());
  }

  private counter(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (piece, controller) => {
        this.loaded += piece.byteLength;
        // A message for each hundredth is enough.
        if (this.loaded - this.told > this.total / 100) {
          this.told = this.loaded;
          this.tell(Math.min(this.loaded, this.total), this.total);
        }
        controller.enqueue(piece);
      },
    });
  }
}
