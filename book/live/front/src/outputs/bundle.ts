// One display of a cell in the richest form that the page can show.

import { fromAnsi } from "./ansi";
import { typeset } from "./mathematics";
import { join, type Bundle } from "./output";

export const WIDGET = "application/vnd.jupyter.widget-view+json";
export const PLOTLY = "application/vnd.plotly.v1+json";

/** Draws a widget: the page's hub. */
export interface WidgetDrawer {
  draw(modelId: string, place: HTMLElement): Promise<void>;
}

type Draw = (value: unknown, place: HTMLElement, drawer: WidgetDrawer) => void | Promise<void>;

const FORMS: [string, Draw][] = [
  [WIDGET, (value, place, drawer) => drawer.draw((value as { model_id: string }).model_id, place)],
  [PLOTLY, async (value, place) => (await import("../figures")).drawFigure(place, value as never)],
  ["text/html", markup],
  ["image/svg+xml", markup],
  ["image/png", (value, place) => image(value, "image/png", place)],
  ["image/jpeg", (value, place) => image(value, "image/jpeg", place)],
  ["text/latex", (value, place) => mathematics(join(value), place)],
  ["text/markdown", (value, place) => text(join(value), place)],
  ["text/plain", (value, place) => text(join(value), place)],
];

/** Draw a display. What comes from the reader's own cells is trusted as the cells are. */
export async function drawBundle(data: Bundle, place: HTMLElement, drawer: WidgetDrawer): Promise<void> {
  for (const [type, draw] of FORMS) {
    if (!(type in data)) continue;
    place.classList.add("output", type.replace(/[/+.]/g, "_"));
    return void (await draw(data[type], place, drawer));
  }
}

/** Put text in the page as a cell's text outputs stand there. */
export function text(value: string, place: HTMLElement): HTMLPreElement {
  const frame = place.appendChild(document.createElement("div"));
  frame.className = "highlight";
  const pre = frame.appendChild(document.createElement("pre"));
  pre.append(fromAnsi(value));
  return pre;
}

function markup(value: unknown, place: HTMLElement): void {
  // Scripts put in this way never run, and the page's policy stops handlers.
  place.innerHTML = join(value);
}

function image(value: unknown, type: string, place: HTMLElement): void {
  const made = place.appendChild(document.createElement("img"));
  made.src = `data:${type};base64,${join(value).replace(/\s/g, "")}`;
  made.alt = "Picture that the cell made";
}

function mathematics(value: string, place: HTMLElement): void {
  place.textContent = value;
  typeset(place);
}
