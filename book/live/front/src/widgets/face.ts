// A face is a lesson's picture in the page. A lesson is a widget whose whole state is one
// value, drawn by a module that it brings: it needs none of the machinery of other widgets,
// so pages that show only lessons load none.

import type { Line } from "./line";

/** What a widget consists of, by name. */
export type State = Record<string, unknown>;

/** The part of a lesson's state that changes. */
export interface View {
  share: string;
}

interface Module {
  default: { render(context: { model: Face; el: HTMLElement }): (() => void) | undefined };
}

type Listener = (...values: unknown[]) => void;

/** Return a lesson's view; undefined when the state is that of another widget. */
export function viewOf(state: State | undefined): View | undefined {
  const view = state?.view as Partial<View> | undefined;
  const isLesson = state?._model_module === "anywidget" && typeof state._esm === "string";
  return isLesson && typeof view?.share === "string" ? (view as View) : undefined;
}

export class Face {
  private readonly listeners = new Map<string, Set<Listener>>();
  private end: (() => void) | undefined;

  /** @param line Leads to the lesson's Python, or will. */
  constructor(
    private readonly state: State,
    readonly line: Line,
  ) {
    line.on_msg(((message: { content: { data: { method: string; state: State } } }) => {
      const { method, state: change } = message.content.data;
      if (method === "update") this.take(change);
    }) as never);
  }

  /** Draw the lesson in a place. */
  async draw(place: HTMLElement): Promise<void> {
    style(this.state._css as string | undefined);
    const { default: module } = await load(this.state._esm as string);
    this.end = module.render({ model: this, el: place });
  }

  /** Take the picture away. */
  close(): void {
    this.end?.();
    this.end = undefined;
  }

  /** Take what Python says of the state. */
  take(change: State): void {
    Object.assign(this.state, change);
    for (const name of Object.keys(change)) this.tell(`change:${name}`);
    this.tell("change");
  }

  // What follows is the face that anywidget gives its models.

  get(name: string): unknown {
    return this.state[name];
  }

  set(name: string, value: unknown): void {
    this.state[name] = value;
    this.tell(`change:${name}`);
  }

  on(event: string, listener: Listener): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.listeners.get(event)?.delete(listener);
  }

  /** A lesson's state is Python's to change. */
  save_changes(): void {}

  send(content: unknown): void {
    this.line.send({ method: "custom", content });
  }

  private tell(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }
}

const modules = new Map<string, Promise<Module>>();

function load(text: string): Promise<Module> {
  const known = modules.get(text);
  if (known) return known;
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const module = import(/* a module's text */ address) as Promise<Module>;
  modules.set(text, module);
  return module.finally(() => URL.revokeObjectURL(address));
}

const styles = new Set<string>();

function style(text = ""): void {
  if (!text || styles.has(text)) return;
  styles.add(text);
  const element = document.createElement("style");
  element.textContent = text;
  document.head.append(element);
}
