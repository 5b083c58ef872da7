// Gas golf: a task, a program, a verdict that names the failing input, and a board.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark } from "./parts.js";

const count = (number) => number.toLocaleString("en");

export default lesson((picture, act) => [
  tasks(picture, act),
  h("div", { class: "gg-columns", key: "green" },
    editor(picture, act),
    h("div", { class: "gg-side" },
      verdict(picture),
      calls(picture, act),
      board(picture, act))),
]);

function tasks({ tasks, task }, act) {
  return h("div", { class: "mc-section", key: "tasks" },
    h("div", { class: "mc-segments", role: "radiogroup", "aria-label": "Tasks", "data-roving": true },
      tasks.map(([word, title, done]) => button({
        key: word, class: "mc-segment", role: "radio", "data-rove": true,
        "aria-checked": word === task.word ? "true" : "false", "aria-current": word === task.word ? "true" : false,
        onclick: () => act("task", { task: word }),
      }, title, done && h("span", { class: "gg-done", role: "img", "aria-label": "done" }, " ✓")))),
    h("div", { class: "gg-asked" }, task.asked));
}

function editor(picture, act) {
  const { text, task, limits, par, reference } = picture;
  return h("div", { class: "mc-section gg-editor" },
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Your program, in assembly"),
      button({ class: "mc-link", onclick: () => act("start") }, "Begin again")),
    h("textarea", {
      class: "mc-input mc-code gg-text", rows: Math.min(26, Math.max(14, text.split("\n").length + 1)),
      spellcheck: "false", autocapitalize: "off", maxlength: limits.text, value: text, burst: "text",
      "aria-label": `Program for ${task.title}`,
      oninput: (event) => act("text", { text: event.target.value }, { burst: "text" }),
      onkeydown: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && act("submit"),
    }),
    h("div", { class: "mc-row" },
      button({ class: "mc-button mc-primary", onclick: () => act("submit") }, "Hand it in"),
      h("span", { class: "mc-note" }, "or Control and Enter")),
    h("div", { class: "mc-note" }, "Labels are :here and @here; PUSH alone takes the fewest bytes; the input lies in CALLDATA, 32 bytes a word."),
    reference.length > 0
      ? h("div", { class: "gg-reference" }, h("div", { class: "mc-label" }, `A program at par: ${par.size} bytes, ${par.gas} gas`),
          h("pre", { class: "gg-code", tabindex: 0, "aria-label": "A program at par" }, reference[0]))
      : button({ class: "mc-link gg-show", onclick: () => act("show") }, "I give up: show a program at par"));
}

function verdict({ result, cases, changed, task }) {
  if (!result) {
    return h("div", { class: "gg-card", key: "verdict" },
      h("div", { class: "gg-head" }, task.title),
      h("div", null, `The program to begin with is right, and dear. Change it and hand it in: it is tried on ${cases} inputs.`));
  }
  const { failure } = result;
  return h("div", { class: failure ? "gg-card gg-bad" : "gg-card gg-good", key: "verdict" },
    h("div", { class: "gg-head" }, mark(!failure, failure ? "wrong" : "right"), failure ? "Wrong on an input" : `Right on ${cases} inputs`,
      changed && h("span", { class: "mc-note" }, "the text has changed since")),
    failure ? wrong(failure) : right(result));
}

function wrong(failure) {
  const row = (name, value) => h("div", { key: name }, h("dt", null, name), h("dd", null, h("code", { class: "gg-word" }, value)));
  return [
    h("dl", { class: "gg-rows" },
      failure.words.length ? failure.words.map((word, place) => row(`word ${place}`, word)) : row("input", "no words"),
      row("required", failure.expected),
      row("found", failure.found ?? failure.reason)),
    h("details", { class: "gg-trace" }, h("summary", null, "Look at this run in the time machine"),
      h("div", { class: "mc-note" }, "Paste this text into its Share panel."),
      h("input", { class: "mc-input mc-code", readonly: true, "aria-label": "Share string for the time machine", value: failure.trace, onfocus: (event) => event.target.select() })),
  ];
}

function right(result) {
  const most = Math.max(...result.lines.map((line) => line.gas), 1);
  return [
    h("div", { class: "gg-figures" },
      figure(String(result.size), "bytes"), figure(result.gas, "gas a call"), figure(par(result.over), "to par")),
    result.lines.length > 0 && h("div", { class: "mc-note" }, "Where the gas goes, on one of the inputs:"),
    h("ol", { class: "gg-lines" }, result.lines.map((line) => h("li", { key: line.number },
      h("span", { class: "gg-number" }, `line ${line.number}`), h("code", { class: "gg-line" }, line.text),
      h("span", { class: "gg-gas" }, count(line.gas)),
      h("span", { class: "gg-bar", style: { width: `${Math.max(1, Math.round((100 * line.gas) / most))}%` } })))),
  ];
}

const figure = (value, name) => h("div", null, h("div", { class: "mc-figure" }, value), h("div", { class: "mc-note" }, name));
const par = (over) => (over === 0 ? "par" : `${over > 0 ? "+" : "−"}${count(Math.abs(over))}`);

/** The calls, on a scale on which each step is a factor. */
function calls({ calls, limits }, act) {
  const steps = 40;
  const place = Math.round((steps * Math.log(calls)) / Math.log(limits.calls));
  return h("label", { class: "mc-field", key: "calls" },
    h("span", { class: "mc-label" }, `Made for ${count(calls)} ${calls === 1 ? "call" : "calls"}: 200 gas a byte once, then the gas of each call`),
    h("input", {
      type: "range", class: "mc-range gg-calls", min: 0, max: steps, value: String(place), burst: "calls", "aria-valuetext": `${calls} calls`,
      oninput: (event) => act("calls", { calls: Math.round(limits.calls ** (Number(event.target.value) / steps)) }, { burst: "calls" }),
    }));
}

function board({ board, par: standard, start, calls }, act) {
  const rows = [
    { key: "par", name: "par", kind: "gg-par", ...standard },
    { key: "start", name: "to begin with", kind: "gg-first", ...start },
    ...board.map((row) => ({ key: `b${row.place}`, name: row.now ? "yours, now" : "yours", kind: "gg-own", ...row })),
  ].sort((a, b) => a.cost - b.cost);
  const most = Math.max(...rows.map((row) => row.cost));
  return h("div", { class: "mc-section", key: "board" },
    h("div", { class: "mc-label" }, `Cost of ${count(calls)} ${calls === 1 ? "call" : "calls"}`),
    h("ol", { class: "gg-board" }, rows.map((row) => h("li", { key: row.key, class: `gg-row ${row.kind}` },
      h("span", { class: "gg-name" }, row.name,
        row.kind === "gg-own" && button({ class: "mc-link", "aria-label": `Load your program of ${row.size} bytes`, onclick: () => act("load", { place: row.place }) }, "load")),
      h("span", { class: "gg-meta" }, `${count(row.size)} bytes, ${row.gas} gas`),
      h("span", { class: "gg-cost" }, count(row.cost)),
      h("span", { class: "gg-to" }, row.key === "par" ? "" : par(row.over)),
      h("span", { class: "gg-bar", style: { width: `${Math.max(1, Math.round((100 * row.cost) / most))}%` } })))));
}
