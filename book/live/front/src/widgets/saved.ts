// Draws the widgets whose state the page was built with. No Python is needed for that.

import { hub } from "./hub";
import { awaitUse } from "./wake";

const STATE = "application/vnd.jupyter.widget-state+json";
const VIEW = "application/vnd.jupyter.widget-view+json";

/** Draw every saved widget of the page; resolve to how many there are. */
export async function drawSaved(): Promise<number> {
  for (const script of scripts(STATE)) {
    hub.learn(JSON.parse(script.textContent ?? "{}"));
  }
  const views = scripts(VIEW);
  await Promise.all(views.map(draw));
  awaitUse();
  return views.length;
}

function scripts(type: string): HTMLScriptElement[] {
  return [...document.querySelectorAll<HTMLScriptElement>(`script[type="${type}"]`)];
}

async function draw(script: HTMLScriptElement): Promise<void> {
  const frame = script.closest<HTMLElement>(".live-widget");
  const place = document.createElement("div");
  place.className = "live-view";
  script.before(place);
  try {
    await hub.draw(JSON.parse(script.textContent ?? "{}").model_id, place);
    // The text twin stays in the page for print; the drawn widget has its own.
    frame?.setAttribute("data-drawn", "");
  } catch (error) {
    place.remove();
    console.error("a widget could not be drawn", error);
  }
}
