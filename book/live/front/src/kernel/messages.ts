// What a page and its kernel's worker say to each other.

import type { Output } from "../outputs/output";

/** What widgets say, in either direction. */
export interface CommMessage {
  kind: "comm";
  type: "comm_open" | "comm_msg" | "comm_close";
  comm: string;
  target: string;
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  buffers: Uint8Array[];
}

export type ToWorker =
  | { kind: "start"; base: string }
  | { kind: "run"; id: number; source: string; name: string }
  | { kind: "needed"; id: number; cells: string[]; place: number }
  | CommMessage;

export type FromWorker =
  | { kind: "progress"; loaded: number; total: number; said: string }
  | { kind: "ready" }
  | { kind: "failed"; said: string }
  | { kind: "output"; cell: string | null; output: Output }
  | { kind: "clear"; cell: string | null; wait: boolean }
  | { kind: "done"; id: number; ok: boolean; count: number }
  | { kind: "answer"; id: number; value: number[] }
  | { kind: "heard"; comm: string }
  | CommMessage;
