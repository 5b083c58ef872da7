// One code cell of a page: its text, its tools and its outputs.

import type { Ended, Sink } from "../kernel/kernel";
import type { Cell } from "../kernel/notebook";
import type { Session } from "../kernel/session";
import { OutputArea } from "../outputs/area";
import type { Output } from "../outputs/output";
import { hub } from "../widgets/hub";
import type { Editor } from "./editor";
import type { Store } from "./store";
import { button, element } from "./tools";

export interface Page {
  session: Session;
  store: Store;
  /** The cell after this one takes the focus. */
  goOn(place: number): void;
  sinkOf(place: number): Sink;
  /** Say something in the page's status line. */
  say(text: string): void;
  onChecked(cell: CodeCell): void;
}

export class CodeCell {
  readonly isFixed: boolean;
  readonly isCheck: boolean;
  /** What the last run gave; undefined before the first. */
  outputs: Output[] | undefined;
  private readonly input: HTMLElement;
  private readonly source: HTMLElement;
  private readonly count = element("span", "live-count");
  private readonly mark = element("span", "live-mark");
  private readonly runButton: HTMLButtonElement;
  private readonly tools: HTMLElement;
  private editor: Editor | undefined;
  private opening: Promise<Editor> | undefined;
  private area: OutputArea | undefined;
  private made: HTMLElement | undefined;
  private printed: HTMLElement | null;
  private text: string;
  private timer: number | undefined;

  constructor(
    readonly place: number,
    readonly cell: Cell,
    private readonly root: HTMLElement,
    private readonly page: Page,
  ) {
    this.isFixed = cell.metadata.editable === false;
    this.isCheck = cell.id.endsWith("-check");
    this.text = cell.source;
    this.input = root.querySelector<HTMLElement>(".cell_input") as HTMLElement;
    this.source = this.input.querySelector<HTMLElement>("div[class*='highlight-']") as HTMLElement;
    this.printed = root.querySelector<HTMLElement>(":scope > .cell_output, :scope > details > .cell_output");
    root.classList.add("live-cell");
    const label = this.isCheck ? "Check" : "Run";
    this.runButton = button(label, "live-run", `cell ${place + 1}`, () => void this.run());
    this.tools = this.makeTools();
    this.input.append(this.tools);
    this.source.querySelector("pre")?.addEventListener("click", (event) => this.onClick(event));
    const kept = page.store.read(this.key);
    if (kept && !this.isFixed && kept.mine !== cell.source) void this.restore(kept.mine, kept.book);
    window.addEventListener("pagehide", () => this.keep());
  }

  /** What the reader sees in the cell now. */
  get current(): string {
    return this.text;
  }

  /** Put a text into the cell; nothing runs. */
  async write(text: string): Promise<void> {
    if (this.isFixed) return;
    this.change(text);
    (await this.open()).text = text;
    this.keep();
  }

  async focus(): Promise<void> {
    (await this.open()).focus();
  }

  /** Make the text an editor, if it is not one yet. */
  open(): Promise<Editor> {
    return (this.opening ??= this.makeEditor());
  }

  /** Run the cell and what it needs. */
  async run(): Promise<void> {
    this.keep();
    this.root.classList.add("live-busy");
    this.count.textContent = "[*]";
    try {
      this.show(await this.page.session.run(this.place, this.sink(), (place) => this.page.sinkOf(place)));
      if (this.isCheck) this.page.onChecked(this);
    } catch {
      this.count.textContent = ""; // the status line says why
    } finally {
      this.root.classList.remove("live-busy");
    }
  }

  /** Where the outputs of a run go: in place of what stands there. */
  sink(): Sink {
    let isFresh = true;
    const start = () => {
      const area = this.areaNow();
      if (isFresh) area.clear();
      isFresh = false;
      return area;
    };
    this.outputs = [];
    // What stands there goes with the first output, or at the end, so that nothing jumps.
    this.settle = () => void start();
    return {
      output: (output) => {
        this.outputs?.push(output);
        void start().append(output);
      },
      clear: (wait) => start().clear(wait),
    };
  }

  /** Show how a run ended. */
  show(ended: Ended): void {
    this.settle();
    this.count.textContent = ended.count ? `[${ended.count}]` : "";
  }

  /** The kernel that ran this cell is gone; what it showed may stay. */
  forgetRun(): void {
    this.count.textContent = "";
  }

  /** Give the cell the book's text and outputs again. */
  reset(): void {
    this.page.store.forget(this.key);
    this.change(this.cell.source);
    if (this.editor) this.editor.text = this.cell.source;
    this.made?.remove();
    this.made = this.area = this.outputs = undefined;
    if (this.printed) this.printed.hidden = false;
    this.count.textContent = "";
    this.keep();
  }

  private settle: () => void = () => undefined;

  private get key(): string {
    return this.cell.id.includes("-answer") ? this.cell.id : String(this.cell.index);
  }

  private makeTools(): HTMLElement {
    const tools = element("div", "live-tools");
    tools.append(this.runButton);
    if (!this.isFixed) {
      tools.append(button("Edit", "live-edit", `cell ${this.place + 1}`, () => void this.focus()));
    }
    if (!this.isCheck && this.place > 0) {
      tools.append(button("Run all above", "live-above", `and cell ${this.place + 1}`, () => void this.runAbove()));
    }
    const reset = button("Reset", "live-reset", `give cell ${this.place + 1} the book's text again`, () => this.reset());
    tools.append(reset, this.mark, this.count);
    return tools;
  }

  private async runAbove(): Promise<void> {
    this.keep();
    const { session } = this.page;
    const sinkOf = (place: number) => (place === this.place ? this.sink() : this.page.sinkOf(place));
    this.root.classList.add("live-busy");
    try {
      this.show(await session.runAll(this.place, sinkOf));
    } catch {
      // the status line says why
    } finally {
      this.root.classList.remove("live-busy");
    }
  }

  private async makeEditor(): Promise<Editor> {
    const { Editor } = await import("./editor");
    const frame = element("div", "live-editor highlight");
    // The page has keys of its own, such as a slash that leads to the search.
    frame.addEventListener("keydown", (event) => event.stopPropagation());
    this.source.hidden = true;
    this.source.after(frame);
    this.editor = new Editor(frame, {
      text: this.text,
      label: `Cell ${this.place + 1}, Python. Shift and Enter runs it, Escape leaves the editor.`,
      isFixed: this.isFixed,
      onChange: (text) => this.change(text),
      onRun: () => void this.run(),
      onRunAndGo: () => {
        void this.run();
        this.page.goOn(this.place);
      },
    });
    return this.editor;
  }

  private onClick(event: MouseEvent): void {
    if (this.isFixed || String(getSelection() ?? "")) return;
    const { clientX, clientY } = event;
    void this.open().then((editor) => editor.focusAt(clientX, clientY));
  }

  private change(text: string): void {
    this.text = text;
    this.page.session.edit(this.place, text);
    this.mark.textContent = text === this.cell.source ? "" : "edited";
    this.root.toggleAttribute("data-edited", text !== this.cell.source);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), 250);
  }

  /** Keep what the reader wrote, now. */
  private keep(): void {
    clearTimeout(this.timer);
    if (this.isFixed) return;
    if (this.text === this.cell.source) return this.page.store.forget(this.key);
    if (!this.page.store.write(this.key, { mine: this.text, book: this.cell.source })) {
      this.page.say("This browser keeps nothing for this page: take your work away before you close it.");
    }
  }

  private async restore(mine: string, book: string): Promise<void> {
    this.change(mine);
    await this.open();
    if (book !== this.cell.source) this.mark.textContent = "edited; the book's text has changed since: Reset shows it";
  }

  private areaNow(): OutputArea {
    if (!this.area) {
      this.made = element("div", "cell_output live-output");
      this.made.setAttribute("aria-live", "polite");
      (this.printed ?? this.input.closest("details") ?? this.input).after(this.made);
      this.area = new OutputArea(this.made, hub);
    }
    if (this.printed) this.printed.hidden = true;
    return this.area;
  }
}
