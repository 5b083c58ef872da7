// What every widget has around its picture: title, steps, seed, sharing, text twin,
// notices, progress, keys. A widget brings `draw(picture, act)` and nothing else.

import { h, patch } from "./dom.js";
import { openLine } from "./line.js";
import { moveRoving, noteRoving, settleRoving } from "./roving.js";
import { button, icon, mark, meter } from "./parts.js";

/** Make the anywidget module of a lesson from the function that draws its picture. */
export function lesson(draw) {
  return {
    render({ model, el }) {
      const root = document.createElement("div");
      root.className = "mc";
      el.append(root);
      const show = () => {
        const view = model.get("view");
        if (!view?.picture) return;
        const focus = rememberFocus(root);
        patch(root, frame(view, line, local, draw, show), line.isHeld);
        settleRoving(root);
        focus();
        if (view.progress && line.isIdle && line.status !== "silent") {
          line.send({ type: "tick", revision: view.revision });
        }
      };
      const line = openLine(model, show);
      const local = { id: `mc-${crypto.getRandomValues(new Uint32Array(1))[0]}`, copied: "", guess: null };
      const heard = () => {
        line.heard(model.get("view"));
        show();
      };
      model.on("change:view", heard);
      const guard = (event) => root.contains(event.target) && keepKey(event);
      window.addEventListener("keydown", guard, true);
      root.addEventListener("keydown", (event) => onKey(event, line));
      root.addEventListener("focusin", noteRoving);
      root.addEventListener("focusout", () => line.release() && show());
      show();
      return () => {
        model.off("change:view", heard);
        window.removeEventListener("keydown", guard, true);
        line.close();
        root.remove();
      };
    },
  };
}

/**
 * Keep JupyterLab's commands off a key pressed in here: B would add a cell, arrows leave
 * it. It asks the focused element itself, on the document, so this runs on the window.
 * Keys with Control are left to it (save, find), but for undo and redo.
 */
function keepKey(event) {
  const ours = !(event.ctrlKey || event.metaKey) || isUndo(event) || isRedo(event);
  if (ours) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  else event.target.removeAttribute("data-lm-suppress-shortcuts");
}

const isUndo = (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
const isRedo = (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "y";

function onKey(event, line) {
  const typing = event.target.matches("input:not([type=range]):not([type=checkbox]), textarea, select");
  const [undo, redo] = [isUndo(event), isRedo(event)];
  if (!typing && (undo || redo)) {
    line.send({ type: redo || event.shiftKey ? "redo" : "undo" });
  } else if (typing || !moveRoving(event)) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** Keep the focus where the learner was, or beside it when that is gone. */
function rememberFocus(root) {
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  if (!held) return () => {};
  const trail = [];
  for (let node = held; node !== root; node = node.parentElement) trail.push(node.parentElement);
  return () => {
    if (document.activeElement === held) return;
    if (held.isConnected) return void held.focus();
    const near = trail.find((element) => element.isConnected) ?? root;
    near.querySelector("[data-rove][tabindex='0'], button, input, summary, select, textarea")?.focus();
  };
}

function frame(view, line, local, draw, show) {
  const act = (type, fields, options) => line.send({ type, ...fields }, options?.burst);
  const locally = (change) => {
    Object.assign(local, change);
    show();
  };
  return h("div", {
      class: "mc-frame", role: "group", "aria-labelledby": `${local.id}-title`,
      "aria-busy": line.status === "slow" ? "true" : "false",
      "data-lesson": view.lesson, "data-status": line.status,
    },
    h("div", { class: "mc-head" },
      h("div", { class: "mc-title", id: `${local.id}-title` }, view.title),
      toolbar(view, act),
      h("div", { class: "mc-prompt" }, view.prompt)),
    notices(view, line),
    h("div", { class: "mc-body" },
      view.picture.predict && question(view.picture.predict, act, local, locally),
      draw(view.picture, act)),
    view.progress && progress(view.progress, act),
    h("div", { class: "mc-summary", "aria-live": "polite" }, view.summary),
    foot(view, act, local, locally));
}

function toolbar(view, act) {
  const tool = (name, label, enabled) =>
    button({
      key: name, class: "mc-tool", "data-rove": true, title: label, "aria-label": label,
      "aria-disabled": enabled ? "false" : "true",
      onclick: () => enabled && act(name),
    }, icon(name));
  return h("div", { class: "mc-tools", role: "toolbar", "aria-label": "Steps", "data-roving": true },
    tool("undo", "Undo", view.can.undo),
    tool("redo", "Redo", view.can.redo),
    tool("reset", "Start over", true));
}

function notices(view, line) {
  const notice = view.notice;
  return h("div", { class: "mc-notices", role: "status" },
    line.status === "silent" &&
      h("div", { class: "mc-notice", key: "silent" }, icon("pause"),
        h("span", null, "Read-only until Python runs: this is the saved state.")),
    line.status === "slow" &&
      h("div", { class: "mc-notice mc-quiet", key: "slow" }, "Python is at work…"),
    notice &&
      h("div", { class: "mc-notice mc-bad", key: "notice" }, mark(false),
        h("span", null, notice.kind === "bug" ? "Something broke. " : "Refused. ",
          notice.rule && [h("code", { class: "mc-rule" }, notice.rule), " "], notice.text)));
}

function question(ask, act, local, locally) {
  if (ask.step !== "open") {
    return h("div", { class: "mc-question mc-answered", key: "question" },
      h("div", { class: "mc-ask" }, ask.question),
      h("div", { class: "mc-verdict" }, ask.verdict),
      button({ class: "mc-link", onclick: () => { local.guess = null; act("ask-again"); } }, "Ask me again"));
  }
  // No number is given beforehand: any would lead the guess.
  const guess = local.guess;
  const send = (value) => value !== null && act("predict", { guess: value });
  const pick = (event) => {
    const value = Number.parseInt(event.target.value, 10);
    locally({ guess: Number.isNaN(value) ? null : Math.min(ask.high, Math.max(ask.low, value)) });
  };
  return h("form", {
      class: "mc-question", key: "question",
      onsubmit: (event) => { event.preventDefault(); if (!ask.choices.length) send(guess); },
    },
    h("div", { class: "mc-ask", id: `${local.id}-ask` }, h("span", { class: "mc-tag" }, "Predict first"), ask.question),
    ask.choices.length
      ? h("div", { class: "mc-choices", role: "group", "aria-labelledby": `${local.id}-ask` },
          ask.choices.map((choice, place) => button({ key: place, class: "mc-button", onclick: () => send(place) }, choice)))
      : h("div", { class: "mc-guess" },
          h("input", { type: "range", class: "mc-range", min: ask.low, max: ask.high, value: String(guess ?? ask.low), "aria-label": `Your guess, ${ask.unit}`, oninput: pick }),
          h("input", { type: "number", class: "mc-input mc-number", min: ask.low, max: ask.high, value: guess === null ? "" : String(guess), "aria-label": `Your guess in figures, ${ask.unit}`, oninput: pick }),
          h("span", { class: "mc-unit" }, ask.unit),
          button({ type: "submit", class: "mc-button mc-primary", "aria-disabled": guess === null ? "true" : "false" }, "That is my guess")),
    button({ class: "mc-link", onclick: () => act("skip") }, "Just show me"));
}

function progress(work, act) {
  return h("div", { class: "mc-progress", key: "progress" },
    h("span", { class: "mc-progress-label" }, work.label),
    meter(work.done, work.total, work.label),
    button({ class: "mc-button", onclick: () => act("stop") }, "Stop"));
}

function foot(view, act, local, locally) {
  const panel = (name, label, content) =>
    h("details", { class: "mc-panel", key: name }, h("summary", null, label), content);
  const setSeed = (seed) => act("seed", { seed });
  return h("div", { class: "mc-foot" },
    h("label", { class: "mc-seed" }, "Seed ",
      h("input", {
        type: "number", class: "mc-input mc-number", min: 0, max: 4294967295, step: 1,
        value: String(view.seed),
        onchange: (event) => {
          const seed = Number(event.target.value);
          if (Number.isSafeInteger(seed)) setSeed(seed);
          else event.target.value = String(view.seed);
        },
      })),
    button({ class: "mc-link", onclick: () => setSeed((view.seed + 1) % 4294967296) }, "Next seed"),
    h("div", { class: "mc-panels" },
      panel("share", "Share", share(view, act, local, locally)),
      panel("twin", "In words", twin(view))));
}

function share(view, act, local, locally) {
  const id = `${local.id}-share`;
  const copy = async (event) => {
    const field = event.target.closest(".mc-panel").querySelector("input");
    field.select();
    let done = true;
    try {
      await navigator.clipboard.writeText(view.share);
    } catch {
      done = document.execCommand("copy"); // pages that are not served securely
    }
    locally({ copied: done ? view.share : "" });
  };
  const load = (event) => {
    event.preventDefault();
    const text = event.target.elements[0].value.trim();
    if (text) act("restore", { share: text });
  };
  return h("div", { class: "mc-share" },
    h("label", { for: id }, "This state, as a text to keep or send"),
    h("div", { class: "mc-row" },
      h("input", { id, class: "mc-input mc-code", readonly: true, value: view.share, onfocus: (event) => event.target.select() }),
      button({ class: "mc-button", onclick: copy }, local.copied === view.share ? "Copied" : "Copy")),
    h("form", { onsubmit: load },
      h("label", { for: `${id}-in` }, "A text you were given"),
      h("div", { class: "mc-row" },
        h("input", { id: `${id}-in`, class: "mc-input mc-code", autocomplete: "off", spellcheck: "false", placeholder: `${view.lesson}.…` }),
        button({ type: "submit", class: "mc-button" }, "Load"))));
}

function twin(view) {
  return h("div", { class: "mc-twin" }, view.twin.map((block) =>
    typeof block === "string"
      ? h("p", null, block)
      : h("div", { class: "mc-scroll", tabindex: 0, role: "group", "aria-label": block.caption },
          h("table", null,
            h("caption", null, block.caption),
            h("thead", null, h("tr", null, block.head.map((cell) => h("th", { scope: "col" }, cell)))),
            h("tbody", null, block.rows.map((row) =>
              h("tr", null, row.map((cell, place) => h(place ? "td" : "th", place ? null : { scope: "row" }, cell)))))))));
}
