// What every page of the book runs; what only some need is loaded when they do.

import "@jupyter-widgets/controls/css/widgets-base.css";
import "@lumino/widgets/style/index.css";

import { repair } from "./repair";

const VIEWS = 'script[type="application/vnd.jupyter.widget-view+json"]';

async function start(): Promise<void> {
  repair(document);
  if (document.querySelector(VIEWS)) await (await import("./page")).drawPage();
  document.documentElement.dataset.widgets = "drawn";
}

void start();
