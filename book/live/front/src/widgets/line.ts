// A line joins a widget in the page to its Python. Python may not run yet, or no more:
// then what the widget says waits, and whoever can wake Python is told.

import type { IClassicComm } from "@jupyter-widgets/base";

import type { CommMessage } from "../kernel/messages";

type Handler = (message: never) => void;
type Callbacks = { iopub?: { status?: (message: unknown) => void } };
type Kind = CommMessage["type"];

interface Said {
  data: Record<string, unknown>;
  buffers: Uint8Array[];
  callbacks?: Callbacks;
}

/** Most messages that wait for Python. */
const MOST_WAITING = 50;

export interface Ends {
  /** Pass something on to Python. */
  post(kernelId: string, type: Kind, target: string, data: Record<string, unknown>, buffers: Uint8Array[]): void;
  /** Somebody talks to a Python that is not there. */
  wake(line: Line): void;
}

export class Line implements IClassicComm {
  /** What Python calls this line; undefined while Python does not know it. */
  kernelId: string | undefined;
  private handler: Handler | undefined;
  private closed: Handler | undefined;
  private readonly early: unknown[] = [];
  private waiting: Said[] = [];
  private unanswered: Callbacks[] = [];
  private count = 0;

  constructor(readonly comm_id: string, readonly target_name: string, private readonly ends: Ends) {}

  /** Join the line to Python; say what waited. */
  join(kernelId: string): void {
    this.kernelId = kernelId;
    const waiting = this.waiting;
    this.waiting = [];
    for (const said of waiting) this.say(said);
  }

  /** Python has ended; nothing that it was told will be answered. */
  part(): void {
    this.kernelId = undefined;
    this.heard(Infinity);
  }

  /** Python has dealt with the oldest things that it was told. */
  heard(count = 1): void {
    for (const callbacks of this.unanswered.splice(0, count)) {
      callbacks.iopub?.status?.({ content: { execution_state: "idle" } });
    }
  }

  /** Python says something. */
  deliver(type: Kind, data: Record<string, unknown>, buffers: Uint8Array[]): void {
    const views = buffers.map((buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    const content = { comm_id: this.comm_id, data };
    const message = { content, buffers: views, metadata: {}, header: {}, parent_header: {} };
    if (type === "comm_close") this.closed?.(message as never);
    else if (this.handler) this.handler(message as never);
    else this.early.push(message);
  }

  open(): string {
    return this.number();
  }

  send(data: unknown, callbacks?: Callbacks, _metadata?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): string {
    const copies = (buffers ?? []).map((buffer) =>
      ArrayBuffer.isView(buffer)
        ? new Uint8Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer)
        : new Uint8Array(buffer.slice(0)),
    );
    const said: Said = { data: data as Record<string, unknown>, buffers: copies, callbacks };
    if (this.kernelId !== undefined) {
      this.say(said);
    } else {
      this.waiting = [...this.waiting, said].slice(-MOST_WAITING);
      this.ends.wake(this);
    }
    return this.number();
  }

  close(data?: unknown): string {
    if (this.kernelId !== undefined) {
      this.ends.post(this.kernelId, "comm_close", this.target_name, (data ?? {}) as Record<string, unknown>, []);
    }
    return this.number();
  }

  on_msg(handler: Handler): void {
    this.handler = handler;
    for (const message of this.early.splice(0)) handler(message as never);
  }

  on_close(handler: Handler): void {
    this.closed = handler;
  }

  private say({ data, buffers, callbacks }: Said): void {
    this.unanswered.push(callbacks ?? {});
    this.ends.post(this.kernelId as string, "comm_msg", this.target_name, data, buffers);
  }

  private number(): string {
    return `${this.comm_id}-${++this.count}`;
  }
}
