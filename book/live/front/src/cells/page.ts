// Makes the code cells of a page live: each can be run, edited, and given back its text.

import { SILENT, session } from "../kernel/session";
import { readNotebook } from "../kernel/notebook";
import { CodeCell, type Page } from "./cell";
import { StatusLine } from "./status";
import { Store } from "./store";

/** Cells with this tag cannot run in a page, and get no tools. */
const OFF = "live-off";

/** Give every code cell of the page its tools. */
export function makeCellsLive(): void {
  const [found, notebook] = [session(), readNotebook()];
  if (!found || !notebook) return;
  const status = new StatusLine(found.kernel);
  const cells = new Map<number, CodeCell>();
  const page: Page = {
    session: found,
    store: new Store(notebook.path),
    goOn: (place) => void [...cells.values()].find((cell) => cell.place > place && !cell.isFixed)?.focus(),
    sinkOf: (place) => cells.get(place)?.sink() ?? SILENT,
    say: (text) => status.say(text),
    onChecked: () => undefined,
  };
  found.cells.forEach((cell, place) => {
    const root = document.getElementById(`live-cell-${cell.index}`);
    if (!root?.querySelector(".cell_input") || cell.tags.includes(OFF)) return;
    cells.set(place, new CodeCell(place, cell, root, page));
  });
  found.kernel.watch(({ state }) => {
    if (state === "starting") cells.forEach((cell) => cell.forgetRun());
  });
  found.onEnd = (place, ended) => cells.get(place)?.show(ended);
  if (found.isLab) void import("../lab/page").then(({ makeLabLive }) => makeLabLive(notebook, cells, page));
}
