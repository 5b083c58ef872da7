// Parts that pictures are made of.

import { h } from "./dom.js";

const ICONS = {
  undo: "M9 4 4 9l5 5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "M15 4l5 5-5 5M20 9H10a6 6 0 0 0 0 12h3",
  reset: "M4 4v6h6M4.5 10a8 8 0 1 1-.4 4",
  yes: "M4 12.5 10 18 20 6",
  no: "M5 5l14 14M19 5 5 19",
  pause: "M8 5v14M16 5v14",
  play: "M7 4v16l13-8z",
  add: "M12 5v14M5 12h14",
  remove: "M5 12h14",
  next: "M9 5l7 7-7 7",
};

/** A small line drawing; it says nothing to a screen reader. */
export function icon(name) {
  return h("svg", { class: "mc-icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: ICONS[name] }));
}

/** A button; it never submits unless told to. */
export function button(properties, ...children) {
  return h("button", { type: "button", ...properties }, ...children);
}

/** A tick or a cross, with a word for those who do not see it. */
export function mark(good, words = good ? "holds" : "fails") {
  return h("span", { class: good ? "mc-mark mc-good" : "mc-mark mc-bad", role: "img", "aria-label": words }, icon(good ? "yes" : "no"));
}

/** How far something has come; `total` null when nobody knows. */
export function meter(done, total, label) {
  const share = total ? Math.min(1, done / total) : 0.5;
  return h("div", {
      class: "mc-meter", role: "progressbar", "aria-label": label, "aria-valuemin": 0,
      "aria-valuemax": total ?? false, "aria-valuenow": total ? done : false,
    },
    h("div", { class: "mc-meter-bar", style: { width: `${(share * 100).toFixed(1)}%` } }),
    h("span", { class: "mc-meter-text" }, total ? `${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : done.toLocaleString("en")));
}

/**
 * Hexadecimal digits in groups that copy as one word. Digits that differ from `than` are
 * underlined as well as coloured; `short` keeps that many digits at each end.
 */
export function hash(digits, { than = null, short = 0, group = 4 } = {}) {
  const cut = short && digits.length > 2 * short + 1;
  const runs = cut
    ? [[0, digits.slice(0, short)], [digits.length - short, digits.slice(-short)]]
    : [[0, digits]];
  return h("span", { class: "mc-hash", title: cut ? digits : false }, runs.map(([start, run], place) => [
    place > 0 && h("span", { class: "mc-gap" }, "…"),
    chunks(run, group).map((chunk, at) => h("span", { class: "mc-group" }, spans(chunk, start + at * group, than))),
  ]));
}

function chunks(text, size) {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, i * size + size));
}

function spans(chunk, start, than) {
  if (than === null) return chunk;
  const parts = [];
  for (let i = 0; i < chunk.length; i++) {
    const differs = chunk[i] !== than[start + i];
    const last = parts.at(-1);
    if (last && last.differs === differs) last.text += chunk[i];
    else parts.push({ differs, text: chunk[i] });
  }
  return parts.map((part) => (part.differs ? h("b", { class: "mc-changed" }, part.text) : part.text));
}

/**
 * Bits of a number as cells, 32 a row: full for one, empty for zero; where they differ
 * from `than`, coloured and with a dot.
 */
export function bitGrid(digits, { than = null, label, columns = 32 }) {
  const bits = toBits(digits);
  const other = than === null ? bits : toBits(than);
  const paths = { one: "", zero: "", newOne: "", newZero: "", dot: "" };
  for (let i = 0; i < bits.length; i++) {
    const x = (i % columns) * 10;
    const y = Math.floor(i / columns) * 10;
    const cell = `M${x + 1} ${y + 1}h8v8h-8z`;
    if (bits[i] === other[i]) paths[bits[i] ? "one" : "zero"] += cell;
    else {
      paths[bits[i] ? "newOne" : "newZero"] += cell;
      paths.dot += `M${x + 3.5} ${y + 5}a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0z`;
    }
  }
  const rows = Math.ceil(bits.length / columns);
  return h("svg", { class: "mc-bits", viewBox: `0 0 ${columns * 10} ${rows * 10}`, role: "img", "aria-label": label },
    Object.entries(paths).map(([name, d]) => h("path", { key: name, class: `mc-bit-${name}`, d })));
}

function toBits(digits) {
  return [...digits].flatMap((digit) => {
    const value = Number.parseInt(digit, 16);
    return [value >> 3 & 1, value >> 2 & 1, value >> 1 & 1, value & 1];
  });
}

/** A choice of a few: buttons of which one is pressed. */
export function segments(label, options, chosen, choose) {
  return h("div", { class: "mc-segments", role: "radiogroup", "aria-label": label, "data-roving": true },
    options.map(([value, words]) =>
      button({
        key: value, class: "mc-segment", role: "radio", "data-rove": true,
        "aria-checked": value === chosen ? "true" : "false",
        "aria-current": value === chosen ? "true" : false,
        onclick: () => choose(value),
      }, words)));
}

/** A field that sends while it is typed in. */
export function field(label, value, { burst, limit = 200, send, hidden = false, mono = false, list = null }) {
  return h("label", { class: "mc-field" },
    h("span", { class: hidden ? "mc-hidden" : "mc-label" }, label),
    h("input", {
      type: "text", class: mono ? "mc-input mc-code" : "mc-input", value, burst, maxlength: limit,
      autocomplete: "off", spellcheck: "false", list: list ?? false,
      oninput: (event) => send(event.target.value),
    }));
}
