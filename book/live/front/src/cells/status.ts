// The status line: what the page's Python is doing, and the button that stops it.

import type { Kernel, Status } from "../kernel/kernel";
import { button, element } from "./tools";

/** Milliseconds after which work is worth a word. */
const SLOW = 400;

export class StatusLine {
  private readonly line = element("div", "live-status");
  private readonly words = element("span", "live-words");
  private readonly meter = document.createElement("progress");
  private readonly stop: HTMLButtonElement;
  private timer: number | undefined;

  constructor(kernel: Kernel) {
    this.stop = button("Stop", "live-stop", "end what runs, and start Python anew", () => void kernel.stop());
    const close = button("Close", "live-close", "this message", () => this.hide());
    this.words.setAttribute("role", "status");
    this.meter.setAttribute("aria-label", "Python is loaded");
    this.line.append(this.words, this.meter, this.stop, close);
    this.line.hidden = true;
    document.body.append(this.line);
    kernel.watch((status) => this.follow(status));
  }

  /** Say something until it is closed or something else happens. */
  say(text: string): void {
    clearTimeout(this.timer);
    this.show(text, "note");
  }

  private follow(status: Status): void {
    clearTimeout(this.timer);
    const { state, said, loaded, total } = status;
    if (state === "ready") return this.hide();
    if (state === "off") return said ? this.show(said, "failed") : this.hide();
    if (state === "failed") return this.show(said, "failed");
    const isKnown = total > 1;
    const part = isKnown ? `, ${megabytes(loaded)} of ${megabytes(total)} MB` : "";
    const isBusy = state === "busy";
    this.timer = window.setTimeout(
      () => this.show(isBusy ? said || "Running" : `${said}${part}`, isBusy ? "busy" : "starting"),
      this.line.hidden ? SLOW : 0,
    );
    this.meter.hidden = isBusy;
    if (isKnown) this.meter.value = loaded / total;
    else this.meter.removeAttribute("value");
  }

  private show(text: string, kind: string): void {
    if (this.words.textContent !== text) this.words.textContent = text;
    this.line.dataset.kind = kind;
    this.line.hidden = false;
  }

  private hide(): void {
    this.line.hidden = true;
    this.words.textContent = "";
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
