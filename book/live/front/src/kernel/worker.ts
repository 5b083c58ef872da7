// The worker in which a page's Python runs. It starts Python, and passes messages on.

import type { PyodideInterface } from "pyodide";

import type { FromWorker, ToWorker } from "./messages";
import { startPython } from "./start";

/** The Python side's face: `pagekernel.program.Program`. */
interface Program {
  run(source: string, name: string): Promise<{ toJs(): [boolean, number]; destroy(): void }>;
  hear(kind: string, comm: string, data: string, buffers: Uint8Array[], target: string): void;
  needed(cells: string, place: number): { toJs(): number[]; destroy(): void };
}

/** The memory that Python goes on from is the same for everybody; chance is not. */
const START = `
import random
from pagekernel.finder import Finder
from pagekernel.program import Program
random.seed()
Finder.install(bring, folders)
Program(send)
`;

let python: PyodideInterface;
let program: Program;
// Cells run one after the other; what widgets say is heard in between, in order.
let running: Promise<void> = Promise.resolve();

function say(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

onmessage = ({ data }: MessageEvent<ToWorker>) => {
  running = running.then(() => act(data)).catch((error: unknown) => {
    say({ kind: "failed", said: error instanceof Error ? error.message : String(error) });
  });
};

async function act(message: ToWorker): Promise<void> {
  if (message.kind === "start") return start(message.base);
  if (message.kind === "run") return run(message.id, message.source, message.name);
  if (message.kind === "needed") {
    const found = program.needed(JSON.stringify(message.cells), message.place);
    say({ kind: "answer", id: message.id, value: found.toJs() });
    return found.destroy();
  }
  program.hear(message.type, message.comm, JSON.stringify(message.data), message.buffers, message.target);
}

async function start(base: string): Promise<void> {
  const started = await startPython(base, (loaded, total) => say({ kind: "progress", loaded, total, said: "Loading Python" }));
  python = started.python;
  // What ran when Python broke would wait for ever: this is all that is heard of it.
  (python as unknown as { _api: { on_fatal?: (error: unknown) => void } })._api.on_fatal = (error) =>
    say({ kind: "failed", said: error instanceof Error ? error.message : String(error) });
  say({ kind: "progress", loaded: 1, total: 1, said: "Starting Python" });
  const names = python.toPy({});
  names.set("send", (text: string, buffers: { toJs(): Uint8Array[] } | null) => {
    const copies = buffers ? [...buffers.toJs()].map((buffer) => new Uint8Array(buffer)) : [];
    say({ ...(JSON.parse(text) as FromWorker), buffers: copies } as FromWorker, copies.map((copy) => copy.buffer));
  });
  names.set("bring", started.bring);
  names.set("folders", python.toPy(started.folders));
  program = python.runPython(START, { globals: names }) as Program;
  say({ kind: "ready" });
}

async function run(id: number, source: string, name: string): Promise<void> {
  await fetchRemote(source, name);
  const ended = await program.run(source, name);
  const [ok, count] = ended.toJs();
  ended.destroy();
  say({ kind: "done", id, ok, count });
}

/** Get what a cell imports and the book does not bring; say so below the cell where that fails. */
async function fetchRemote(source: string, cell: string): Promise<void> {
  const wanted = ["numpy", "pandas"].filter((name) => new RegExp(`\\b(import|from)\\s+${name}\\b`).test(source));
  const missing = () => wanted.filter((name) => !(name in python.loadedPackages));
  if (!missing().length) return;
  say({ kind: "progress", loaded: 0, total: 0, said: `Fetching ${missing().join(" and ")} from Pyodide's public address` });
  const quiet = () => undefined;
  await python.loadPackage(missing(), { messageCallback: quiet, errorCallback: quiet }).catch(quiet);
  const names = missing().join(" and ");
  if (!names) return;
  const text = `${names}: not served with the book. It comes from Pyodide's public address, cdn.jsdelivr.net, which cannot be reached now.\n`;
  say({ kind: "output", cell, output: { output_type: "stream", name: "stderr", text } });
}
