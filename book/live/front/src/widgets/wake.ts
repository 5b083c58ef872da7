// Wakes the widgets that a page was saved with: their cell runs in the page's own Python,
// and the pictures that stand there already become that Python's. Nothing is drawn anew,
// so the reader's focus stays, and what was done while Python started is not lost.

import { kernel } from "../kernel/page";
import { session } from "../kernel/session";
import type { Output } from "../outputs/output";
import { WIDGET } from "../outputs/bundle";
import { viewOf } from "./face";
import type { Line } from "./line";
import { hub, type Drawn } from "./hub";

const CELL = ".cell[id^='live-cell-']";

const waking = new Map<Element, Promise<void>>();

/** Let widgets wake when somebody uses them; in idle time before that, if it costs nothing. */
export function awaitUse(): void {
  if (!session()) return;
  kernel.comms = hub;
  hub.onSay = (message) => kernel.send(message);
  hub.onSleeping = (line) => void wakeFor(line);
  if (isCheap()) whenIdle(() => void wakeAll());
}

/** Wake every widget of the page. */
export async function wakeAll(): Promise<void> {
  const cells = new Set(hub.drawn(document.body).map(({ place }) => place.closest(CELL)));
  for (const cell of cells) if (cell) await wake(cell);
}

async function wakeFor(line: Line): Promise<void> {
  const cell = (await hub.placeOf(line))?.closest(CELL);
  if (cell) await wake(cell);
}

function wake(cell: Element): Promise<void> {
  const found = waking.get(cell);
  if (found) return found;
  const mine = run(cell).finally(() => waking.delete(cell));
  waking.set(cell, mine);
  return mine;
}

async function run(cell: Element): Promise<void> {
  const page = session();
  const place = page?.placeOf(Number(cell.id.replace("live-cell-", ""))) ?? -1;
  const asleep = hub.drawn(cell);
  if (!page || place < 0 || !asleep.length) return;
  const made: string[] = [];
  const output = (given: Output) => {
    const view = "data" in given ? (given.data[WIDGET] as { model_id: string } | undefined) : undefined;
    if (view) made.push(view.model_id);
  };
  say("starting");
  try {
    await page.run(place, { output, clear: () => made.splice(0) });
    await Promise.all(asleep.map((drawn, number) => join(drawn, made[number])));
    say("live");
  } catch (error) {
    // The status line says why; widgets say that they can only be read.
    console.warn("a widget did not wake", error);
    say("absent");
  }
}

/** Make a widget that stands in the page the face of one that Python has made. */
async function join({ place, face }: Drawn, kernelId: string | undefined): Promise<void> {
  if (!kernelId) return;
  const now = viewOf(hub.stateOf(kernelId));
  if (!face || !now) {
    place.replaceChildren();
    return hub.draw(kernelId, place);
  }
  const before = face.get("view") as typeof now;
  if (before.share === now.share) {
    face.take({ view: now });
  } else {
    // Python has begun anew; the reader goes on where they were.
    const restore = { client: "page", number: 1, action: { type: "restore", share: before.share } };
    hub.post(kernelId, "comm_msg", face.line.target_name, { method: "custom", content: restore }, []);
  }
  hub.join(face.line, kernelId);
}

function say(state: "starting" | "live" | "absent"): void {
  document.documentElement.dataset.python = state;
}

/** Say whether nine megabytes are no burden here. */
function isCheap(): boolean {
  type Connection = { saveData?: boolean; effectiveType?: string; type?: string };
  const device = navigator as Navigator & { connection?: Connection; deviceMemory?: number };
  const { saveData, effectiveType = "4g", type } = device.connection ?? {};
  return !saveData && effectiveType === "4g" && type !== "cellular" && (device.deviceMemory ?? 4) >= 2;
}

function whenIdle(work: () => void): void {
  const later = () => (globalThis.requestIdleCallback ?? setTimeout)(work);
  if (document.readyState === "complete") later();
  else window.addEventListener("load", later, { once: true });
}
