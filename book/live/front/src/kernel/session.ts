// A session knows which cells of a page have run in the present kernel, and with which text.
// Everybody who runs cells runs them here: editors, labs, and widgets that wake up.

import type { Ended, Sink } from "./kernel";
import { readNotebook, type Cell } from "./notebook";
import { kernel, type PageKernel } from "./page";

/** Takes outputs and shows none: for cells that run only because another needs them. */
export const SILENT: Sink = { output: () => undefined, clear: () => undefined };

export class Session {
  /** The code cells, in order. */
  readonly cells: Cell[];
  /** Called when a cell that another needs has run. */
  onEnd: (place: number, ended: Ended) => void = () => undefined;
  private readonly texts: string[];
  private readonly done = new Map<number, string>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(readonly kernel: PageKernel, cells: Cell[]) {
    this.cells = cells.filter((cell) => cell.kind === "code");
    this.texts = this.cells.map((cell) => cell.source);
    kernel.watch(({ state }) => {
      if (state === "starting" || state === "failed") this.done.clear();
    });
  }

  /** Return the place of a notebook's cell among the code cells; -1 when it is none. */
  placeOf(index: number): number {
    return this.cells.findIndex((cell) => cell.index === index);
  }

  /** Say whether the page is a lab: its checks look at all that the reader has defined. */
  get isLab(): boolean {
    return this.cells.some((cell) => cell.id.endsWith("-check"));
  }

  /** Take what the reader wrote in a cell. */
  edit(place: number, text: string): void {
    this.texts[place] = text;
  }

  /** Say whether a cell has run as it stands. */
  hasRun(place: number): boolean {
    return this.done.get(place) === this.texts[place];
  }

  /**
   * Run a cell, and before it those that it needs and that have not run as they stand.
   * `sinkOf` gives where the outputs of those go; without it nobody sees them.
   */
  run(place: number, sink: Sink, sinkOf: (place: number) => Sink = () => SILENT): Promise<Ended> {
    return this.take(async () => {
      await this.kernel.start();
      const above = [...Array(place).keys()];
      const needed = this.isLab ? above : await this.kernel.needed(this.texts, place);
      return this.inOrder([...needed.filter((other) => !this.hasRun(other)), place], (other) =>
        other === place ? sink : sinkOf(other),
      );
    });
  }

  /** Run every cell up to a place. */
  runAll(upTo: number, sinkOf: (place: number) => Sink): Promise<Ended> {
    return this.take(() => this.inOrder([...Array(upTo + 1).keys()], sinkOf));
  }

  private async inOrder(places: number[], sinkOf: (place: number) => Sink): Promise<Ended> {
    let ended: Ended = { how: "ok", count: 0 };
    for (const place of places) {
      const [text, sink] = [this.texts[place], sinkOf(place)];
      ended = await this.kernel.run(text, nameOf(place), sink);
      if (ended.how === "stopped") return ended;
      this.done.set(place, text);
      if (sink !== SILENT && place !== places.at(-1)) this.onEnd(place, ended);
      // An answer that fails is no reason to keep another from its check.
      const mayFail = this.isLab || this.cells[place].tags.includes("raises-exception");
      if (ended.how === "error" && !mayFail && place !== places.at(-1)) return ended;
    }
    return ended;
  }

  /** One at a time: two that need the same cell run it once. */
  private take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

function nameOf(place: number): string {
  return `cell ${place + 1}`;
}

let made: Session | undefined;

/** Return the page's session; undefined where the page was made from no notebook. */
export function session(): Session | undefined {
  const notebook = made ? undefined : readNotebook();
  return (made ??= notebook && new Session(kernel, notebook.cells));
}
