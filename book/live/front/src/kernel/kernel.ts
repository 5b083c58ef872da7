// A kernel runs a page's cells, one after the other. What runs them lies behind this face.

import type { Output } from "../outputs/output";

/** What a kernel is doing, and what a reader is told of it. */
export interface Status {
  /** "off" before it was asked for; "failed" when it cannot start here. */
  state: "off" | "starting" | "ready" | "busy" | "failed";
  /** One sentence for the reader, empty where there is nothing to say. */
  said: string;
  /** While starting: bytes that have come, and that come in all (0 when unknown). */
  loaded: number;
  total: number;
}

/** Where the outputs of a running cell go. */
export interface Sink {
  output(output: Output): void;
  clear(wait: boolean): void;
}

/** How a cell ended: "stopped" when the reader or a new kernel ended it. */
export interface Ended {
  how: "ok" | "error" | "stopped";
  /** The number in the brackets beside the cell. */
  count: number;
}

export interface Kernel {
  readonly status: Status;
  /** Call a function at each change of the status, and at once; return what ends that. */
  watch(listener: (status: Status) => void): () => void;
  /** Start, if it has not started; resolve when cells can run, reject when they never will. */
  start(): Promise<void>;
  /** Run code after what was asked for before. The name appears in tracebacks. */
  run(code: string, name: string, sink: Sink): Promise<Ended>;
  /** End what runs and drop what waits; names are lost, and a fresh kernel starts. */
  stop(): Promise<void>;
  /** Say which earlier cells a cell needs, by their places, in order, itself left out. */
  needed(cells: string[], place: number): Promise<number[]>;
}
