// The hub knows the widgets of a page: those saved with it and those that Python makes,
// where they are drawn, and their lines to Python. It draws lessons itself; for any other
// widget it loads the manager, and tells it what was said so far.

import type { CommMessage } from "../kernel/messages";
import type { CommTaker } from "../kernel/page";
import { Face, viewOf, type State } from "./face";
import { Line, type Ends } from "./line";
import type { BookManager } from "./manager";

const TARGET = "jupyter.widget";

/** A widget that was drawn, and where; lessons have a face. */
export interface Drawn {
  modelId: string;
  place: HTMLElement;
  face?: Face;
}

/** What was said on a comm of Python's. */
interface Opened {
  opening: CommMessage;
  /** All that is known of the widget's state now. */
  state: State;
  /** What the manager has to be told, if it comes. */
  later: CommMessage[];
  lines: Line[];
}

/** Widgets as a page saves them: `application/vnd.jupyter.widget-state+json`. */
export interface Saved {
  state: Record<string, { state: State }>;
}

export class Hub implements CommTaker, Ends {
  /** Called when somebody uses a widget whose Python is not there. */
  onSleeping: (line: Line) => void = () => undefined;
  /** Passes on what widgets say, once there is a Python. */
  onSay: (message: CommMessage) => void = () => undefined;
  private saved: Saved[] = [];
  private readonly opened = new Map<string, Opened>();
  private drawings: Drawn[] = [];
  private manager: BookManager | undefined;
  private loading: Promise<BookManager> | undefined;

  /** Learn of widgets that the page was saved with. */
  learn(saved: Saved): void {
    this.saved.push(saved);
  }

  /** Return what is known of a widget. */
  stateOf(modelId: string): State | undefined {
    return this.opened.get(modelId)?.state ?? this.saved.find(({ state }) => modelId in state)?.state[modelId].state;
  }

  /** Draw a widget in a place, instead of what stands there. */
  async draw(modelId: string, place: HTMLElement): Promise<void> {
    const state = this.stateOf(modelId);
    const drawn: Drawn = { modelId, place };
    if (state && viewOf(state)) {
      const line = new Line(modelId, TARGET, this);
      drawn.face = new Face({ ...state }, line);
      if (this.opened.has(modelId)) this.join(line, modelId);
      await drawn.face.draw(place);
    } else {
      await (await this.wholeManager()).draw(modelId, place);
    }
    this.sweep(place);
    this.drawings.push(drawn);
  }

  /** Return what stands in an element now, in order. */
  drawn(inside: Element): Drawn[] {
    this.sweep();
    return this.drawings
      .filter(({ place }) => inside.contains(place))
      .sort((a, b) => (a.place.compareDocumentPosition(b.place) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  /** Return where the widget at the end of a line stands. */
  async placeOf(line: Line): Promise<Element | undefined> {
    const drawn = this.drawings.find(({ face }) => face?.line === line);
    return drawn?.place ?? (await this.manager?.placeOf(line.comm_id));
  }

  /** Join a line to what Python calls by another name. */
  join(line: Line, kernelId: string): void {
    this.opened.get(kernelId)?.lines.push(line);
    line.join(kernelId);
  }

  /** Return the manager of widgets that are no lessons. */
  wholeManager(): Promise<BookManager> {
    return (this.loading ??= this.load());
  }

  onComm(message: CommMessage): void {
    const known = this.opened.get(message.comm);
    if (message.type === "comm_open") {
      const state = { ...(message.data.state as State | undefined) };
      this.opened.set(message.comm, { opening: message, state, later: [], lines: [] });
    } else if (known) {
      this.note(known, message);
      for (const line of known.lines) line.deliver(message.type, message.data, message.buffers);
      if (message.type === "comm_close") this.opened.delete(message.comm);
    }
    this.manager?.onComm(message);
  }

  onHeard(comm: string): void {
    for (const line of this.opened.get(comm)?.lines ?? []) line.heard();
    this.manager?.onHeard(comm);
  }

  onEnd(): void {
    for (const { lines } of this.opened.values()) for (const line of lines) line.part();
    this.opened.clear();
    this.manager?.onEnd();
  }

  post(comm: string, type: CommMessage["type"], target: string, data: CommMessage["data"], buffers: Uint8Array[]): void {
    this.onSay({ kind: "comm", type, comm, target, data, buffers });
  }

  wake(line: Line): void {
    this.onSleeping(line);
  }

  private note(known: Opened, message: CommMessage): void {
    const isPlain = message.data.method === "update" && !message.buffers.length;
    if (isPlain) Object.assign(known.state, message.data.state);
    if (this.manager) return;
    // The newest value of a lesson says all that went before.
    if (isPlain && viewOf(known.state)) known.later = [];
    known.later.push(message);
  }

  private async load(): Promise<BookManager> {
    const { BookManager } = await import("./manager");
    const manager = new BookManager(this);
    for (const saved of this.saved) await manager.set_state(saved as never);
    for (const { opening, later } of this.opened.values()) {
      manager.onComm(opening);
      for (const message of later.splice(0)) manager.onComm(message);
    }
    return (this.manager = manager);
  }

  private sweep(taken?: HTMLElement): void {
    const isGone = ({ place }: Drawn) => !place.isConnected || place === taken;
    for (const { face } of this.drawings.filter(isGone)) face?.close();
    this.drawings = this.drawings.filter((drawn) => !isGone(drawn));
  }
}

/** The one hub of this page. */
export const hub = new Hub();
