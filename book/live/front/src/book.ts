// What every page of the book runs; what only some need is loaded when they do.

import "@jupyter-widgets/controls/css/widgets-base.css";
import "@lumino/widgets/style/index.css";
import "./style/index.css";

import { repair } from "./repair";

const VIEWS = 'script[type="application/vnd.jupyter.widget-view+json"]';

async function start(): Promise<void> {
  repair(document);
  const work: Promise<unknown>[] = [];
  if (document.querySelector(".concepts")) work.push(import("./concepts").then((m) => m.drawLines()));
  if (document.querySelector(".live-figure")) work.push(import("./figures").then((m) => m.drawFigures()));
  if (document.querySelector(VIEWS)) work.push(import("./widgets/saved").then((m) => m.drawSaved()));
  await Promise.all(work);
  // Tests, and nothing else, wait for this.
  document.documentElement.dataset.widgets = "drawn";
}

void start();
