// Keeps the widgets of a page: their models, and where their views stand.

import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";

import { sanitise } from "../outputs/sanitise";
import { anywidget } from "./anywidget";
import * as output from "./output";

const BUNDLED: Record<string, object> = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  "@jupyter-widgets/output": output,
};

export class BookManager extends ManagerBase {
  private readonly views = new Set<base.DOMWidgetView>();

  constructor() {
    super();
    window.addEventListener("resize", () => {
      for (const view of this.views) MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize);
    });
  }

  /** Draw a model's view in a place. */
  async draw(modelId: string, place: HTMLElement): Promise<void> {
    const model = await this.get_model(modelId);
    const view = await this.create_view<base.DOMWidgetView>(model as base.DOMWidgetModel);
    Widget.attach(view.luminoWidget, place);
    this.views.add(view);
    view.once("remove", () => this.views.delete(view));
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

  /** A saved page has no kernel to talk to; what a widget says goes nowhere. */
  protected async _create_comm(target: string, id: string): Promise<base.IClassicComm> {
    const silent = () => "";
    return {
      comm_id: id, target_name: target, open: silent, send: silent, close: silent,
      on_msg: silent, on_close: silent,
    } as unknown as base.IClassicComm;
  }

  protected async _get_comm_info(): Promise<object> {
    return {};
  }
}
