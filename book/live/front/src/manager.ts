// Keeps the widgets of a page: their models, and where their views stand.

import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import { HTMLManager } from "@jupyter-widgets/html-manager";
import * as output from "@jupyter-widgets/html-manager/lib/output";

import { anywidget } from "./anywidget";

const BUNDLED: Record<string, Record<string, unknown>> = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  "@jupyter-widgets/output": output,
};

export class BookManager extends HTMLManager {
  /** Find a widget's class among what the book brings; nothing comes from elsewhere. */
  protected async loadClass(name: string, module: string): Promise<any> {
    const known = module === "anywidget" ? await anywidget() : BUNDLED[module];
    if (!known?.[name]) throw new Error(`the book has no widget ${module}.${name}`);
    return known[name];
  }
}
