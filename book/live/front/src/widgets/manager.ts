// Keeps the models of widgets that are no lessons: sliders, buttons, boxes, any anywidget.
// The same manager holds widgets that were saved with the page and those that Python
// makes; `wake.ts` turns the one kind into the other.

import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";

import type { CommMessage } from "../kernel/messages";
import type { WidgetDrawer } from "../outputs/bundle";
import { serveLabels } from "../outputs/mathematics";
import { sanitise } from "../outputs/sanitise";
import { anywidget } from "./anywidget";
import { Line, type Ends } from "./line";
import * as output from "./output";

const BUNDLED: Record<string, object> = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  "@jupyter-widgets/output": output,
};

const PROTOCOL = "2.1.0";

export class BookManager extends ManagerBase {
  private readonly views = new Set<base.DOMWidgetView>();
  private readonly joined = new Map<string, Line>();

  /** @param hub Where what widgets say goes, and where outputs in widgets draw theirs. */
  constructor(readonly hub: Ends & WidgetDrawer) {
    super();
    window.addEventListener("resize", () => {
      for (const view of this.views) MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize);
    });
  }

  /** Make a model; one that was saved has a line too, though nobody is at its end yet. */
  async new_model(...[options, state]: Parameters<ManagerBase["new_model"]>): Promise<base.WidgetModel> {
    const id = options.model_id as string;
    const comm = options.comm ?? new Line(id, this.comm_target_name, this.hub);
    return super.new_model({ ...options, comm }, state);
  }

  /** Draw a model's view in a place. */
  async draw(modelId: string, place: HTMLElement): Promise<void> {
    serveLabels();
    const model = await this.get_model(modelId);
    const view = await this.create_view<base.DOMWidgetView>(model as base.DOMWidgetModel);
    Widget.attach(view.luminoWidget, place);
    this.views.add(view);
    view.once("remove", () => this.views.delete(view));
  }

  /** Return where a widget's first view stands. */
  async placeOf(modelId: string): Promise<Element | undefined> {
    const model = await this.get_model(modelId);
    return (await Object.values(model.views ?? {})[0])?.el as Element | undefined;
  }

  /** Join a line to what Python calls by another name. */
  join(line: Line, kernelId: string): void {
    this.joined.set(kernelId, line);
    line.join(kernelId);
  }

  onComm(message: CommMessage): void {
    if (message.type !== "comm_open") {
      return this.joined.get(message.comm)?.deliver(message.type, message.data, message.buffers);
    }
    const line = new Line(message.comm, message.target, this.hub);
    this.join(line, message.comm);
    const buffers = message.buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
    const opened = { content: { comm_id: message.comm, data: message.data }, metadata: { version: PROTOCOL }, buffers };
    void this.handle_comm_open(line, opened as never);
  }

  onHeard(comm: string): void {
    this.joined.get(comm)?.heard();
  }

  onEnd(): void {
    for (const line of this.joined.values()) line.part();
    this.joined.clear();
  }

  inline_sanitize(html: string): string {
    return sanitise(html);
  }

  /** Find a widget's class among what the book brings; nothing comes from elsewhere. */
  protected async loadClass(name: string, module: string): Promise<any> {
    const classes = module === "anywidget" ? await anywidget() : BUNDLED[module];
    const found = (classes as Record<string, unknown> | undefined)?.[name];
    if (!found) throw new Error(`the book has no widget ${module}.${name}`);
    return found;
  }

  protected async _create_comm(target: string, id: string): Promise<base.IClassicComm> {
    return new Line(id, target, this.hub);
  }

  protected async _get_comm_info(): Promise<object> {
    return {};
  }
}
