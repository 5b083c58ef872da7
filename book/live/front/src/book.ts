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
  if (document.querySelector(".live-notebook")) work.push(import("./cells/page").then((m) => m.makeCellsLive()));
  await Promise.all(work);
  // Tests, and nothing else, wait for this.
  document.documentElement.dataset.widgets = "drawn";
}

/** Let the browser keep the book, where it can. */
function keep(): void {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
  const work = navigator.serviceWorker.register(new URL("offline.js", root), { scope: root.pathname });
  const isMetered = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
  void work
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => isMetered || ready.active?.postMessage("keep"))
    .catch(() => undefined); // a private window, for one, keeps nothing
}

void start();
window.addEventListener("load", () => setTimeout(keep, 2000));
