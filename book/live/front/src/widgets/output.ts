// The Output widget: outputs of a cell inside a widget, as `interact` has them.

import * as protocol from "@jupyter-widgets/output";

import { OutputArea } from "../outputs/area";
import type { Output } from "../outputs/output";
import type { BookManager } from "./manager";

export class OutputModel extends protocol.OutputModel {
  defaults() {
    return { ...super.defaults(), msg_id: "", outputs: [] };
  }
}

export class OutputView extends protocol.OutputView {
  private area!: OutputArea;

  render(): void {
    super.render();
    this.el.classList.add("jupyter-widgets", "widget-output");
    const place = this.el.appendChild(document.createElement("div"));
    this.area = new OutputArea(place, (this.model.widget_manager as unknown as BookManager).hub);
    this.listenTo(this.model, "change:outputs", () => this.show());
    this.show();
  }

  private show(): void {
    void this.area.show(this.model.get("outputs") as Output[]);
  }
}
