// Where a cell's outputs stand: one after the other, streams joined, cleared on demand.

import { settle, fromAnsi } from "./ansi";
import { drawBundle, text, type WidgetDrawer } from "./bundle";
import { join, type Output } from "./output";

/** Characters of one stream that a page keeps; a runaway print must not fill it. */
const MOST_TEXT = 200_000;

export class OutputArea {
  /** What stands here, in the notebook's form. */
  readonly outputs: Output[] = [];
  private stream: { name: string; pre: HTMLPreElement; said: string } | undefined;
  private clearNext = false;
  private drawing: Promise<void> = Promise.resolve();

  constructor(
    readonly place: HTMLElement,
    private readonly drawer: WidgetDrawer,
  ) {
    new ResizeObserver(() => this.letKeysScroll()).observe(place);
  }

  /** Take everything away, at once or when the next output comes. */
  clear(wait = false): void {
    this.clearNext = wait;
    if (!wait) this.empty();
  }

  /** Add one output; resolve when it is drawn. */
  append(output: Output): Promise<void> {
    if (this.clearNext) this.empty();
    this.record(output);
    if (output.output_type === "stream") {
      this.addText(output.name, join(output.text));
      return this.drawing;
    }
    this.stream = undefined;
    const place = this.place.appendChild(document.createElement("div"));
    if (output.output_type === "error") {
      place.className = "output traceback";
      const said = output.traceback.length ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`;
      text(said, place);
      this.letKeysScroll();
      return this.drawing;
    }
    const drawn = drawBundle(output.data, place, this.drawer);
    return (this.drawing = Promise.all([this.drawing, drawn]).then(() => undefined));
  }

  /** Show exactly these outputs. */
  async show(outputs: Output[]): Promise<void> {
    this.clear();
    for (const output of outputs) await this.append(output);
  }

  private empty(): void {
    this.clearNext = false;
    this.stream = undefined;
    this.outputs.length = 0;
    this.place.replaceChildren();
  }

  private record(output: Output): void {
    const last = this.outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text = (join(last.text) + join(output.text)).slice(-MOST_TEXT);
    } else {
      this.outputs.push(structuredClone(output));
    }
  }

  private addText(name: "stdout" | "stderr", said: string): void {
    if (this.stream?.name !== name) {
      const place = this.place.appendChild(document.createElement("div"));
      place.className = `output ${name === "stderr" ? "stderr" : "stream"}`;
      this.stream = { name, pre: text("", place), said: "" };
    }
    const stream = this.stream;
    const plain = !/[\r\b\x1b]/.test(said) && stream.said.length + said.length <= MOST_TEXT;
    stream.said = (stream.said + said).slice(-MOST_TEXT);
    if (plain) stream.pre.append(said);
    else stream.pre.replaceChildren(fromAnsi(settle(stream.said)));
    this.letKeysScroll();
  }

  /** What is wider than the page is scrolled by keys too, so it takes the focus. */
  private letKeysScroll(): void {
    for (const pre of this.place.querySelectorAll("pre")) {
      if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
      else pre.removeAttribute("tabindex");
    }
  }
}
