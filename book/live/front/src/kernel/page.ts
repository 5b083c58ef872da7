// The page's kernel: Python in a worker. Stopping it ends the worker, whatever it does.

import type { Ended, Kernel, Sink, Status } from "./kernel";
import type { CommMessage, FromWorker, ToWorker } from "./messages";

interface Run {
  name: string;
  sink: Sink;
  end(ended: Ended): void;
}

const OFF: Status = { state: "off", said: "", loaded: 0, total: 0 };

/** Takes what widgets say; the kernel calls it for every message. */
export interface CommTaker {
  onComm(message: CommMessage): void;
  onHeard(comm: string): void;
  /** The kernel that these comms belonged to has ended. */
  onEnd(): void;
}

export class PageKernel implements Kernel {
  status: Status = OFF;
  comms: CommTaker | undefined;
  private worker: Worker | undefined;
  private ready: Promise<void> | undefined;
  private began: ((error?: Error) => void) | undefined;
  private readonly listeners = new Set<(status: Status) => void>();
  private readonly runs = new Map<number, Run>();
  private readonly answers = new Map<number, (value: number[]) => void>();
  private readonly sinks = new Map<string, Sink>();
  private last = 0;

  /** @param base Where Python is served, with a slash at the end. */
  constructor(
    private readonly program: string,
    private readonly base: string,
  ) {}

  watch(listener: (status: Status) => void): () => void {
    this.listeners.add(listener);
    listener(this.status);
    return () => this.listeners.delete(listener);
  }

  start(): Promise<void> {
    return (this.ready ??= this.begin());
  }

  async run(source: string, name: string, sink: Sink): Promise<Ended> {
    await this.start();
    const id = ++this.last;
    this.sinks.set(name, sink);
    this.tell({ state: "busy", said: "Running" });
    return new Promise((end) => {
      this.runs.set(id, { name, sink, end });
      this.post({ kind: "run", id, source, name });
    });
  }

  async needed(cells: string[], place: number): Promise<number[]> {
    await this.start();
    const id = ++this.last;
    return new Promise((answer) => {
      this.answers.set(id, answer);
      this.post({ kind: "needed", id, cells, place });
    });
  }

  async stop(): Promise<void> {
    if (!this.worker) return;
    this.end();
    await this.start();
  }

  /** Pass on what a widget in the page says. */
  send(message: CommMessage): void {
    this.post(message, message.buffers.map((buffer) => buffer.buffer as ArrayBuffer));
  }

  private begin(): Promise<void> {
    this.tell({ state: "starting", said: "Starting Python", loaded: 0, total: 0 });
    return new Promise((resolve, reject) => {
      this.began = (error) => {
        this.began = undefined;
        if (!error) return resolve();
        this.end();
        this.ready = undefined;
        this.tell({ state: "failed", said: error.message, loaded: 0, total: 0 });
        reject(error);
      };
      try {
        this.worker = new Worker(this.program, { type: "module" });
      } catch {
        return this.began(new Error(explain("")));
      }
      const worker = this.worker;
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (worker === this.worker) this.take(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.fail(event.message ?? "");
      };
      worker.onmessageerror = () => this.fail("");
      this.post({ kind: "start", base: this.base });
    });
  }

  private fail(said: string): void {
    if (this.began) return this.began(new Error(explain(said)));
    // It ended while it ran: out of memory, most often.
    this.end();
    this.tell({ state: "off", said: `Python ended: ${said || "no reason given"}. Run a cell to start it again.` });
  }

  private end(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.ready = undefined;
    for (const run of this.runs.values()) run.end({ how: "stopped", count: 0 });
    for (const answer of this.answers.values()) answer([]);
    this.runs.clear();
    this.answers.clear();
    this.sinks.clear();
    this.comms?.onEnd();
    this.tell(OFF);
  }

  private take(message: FromWorker): void {
    switch (message.kind) {
      case "progress":
        return this.tell({ said: message.said, loaded: message.loaded, total: message.total });
      case "ready":
        this.tell({ state: "ready", said: "", loaded: 0, total: 0 });
        return this.began?.();
      case "failed":
        return this.fail(message.said);
      case "output":
        return this.sinks.get(message.cell ?? "")?.output(message.output);
      case "clear":
        return this.sinks.get(message.cell ?? "")?.clear(message.wait);
      case "done": {
        const run = this.runs.get(message.id);
        this.runs.delete(message.id);
        if (!this.runs.size) this.tell({ state: "ready", said: "", loaded: 0, total: 0 });
        return run?.end({ how: message.ok ? "ok" : "error", count: message.count });
      }
      case "answer":
        this.answers.get(message.id)?.(message.value);
        return void this.answers.delete(message.id);
      case "heard":
        return this.comms?.onHeard(message.comm);
      case "comm":
        return this.comms?.onComm(message);
    }
  }

  private post(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  private tell(change: Partial<Status>): void {
    this.status = { ...this.status, ...change };
    for (const listener of this.listeners) listener(this.status);
  }
}

/** Say why Python does not start, in words for the reader. */
function explain(said: string): string {
  if (typeof WebAssembly === "undefined") return "This browser is too old to run Python: it lacks WebAssembly.";
  if (!navigator.onLine) return "Python cannot be loaded: you are offline, and this page has not loaded it before.";
  if (/fetch|network|load/i.test(said)) return "Python could not be loaded. Is the network there? Run a cell to try again.";
  return `Python does not start in this browser${said ? `: ${said}` : "."}`;
}

const live = new URL("./", import.meta.url).href;

/** The one kernel of this page. It starts when it is first needed. */
export const kernel = new PageKernel(`${live}worker.js`, `${live}python/`);
