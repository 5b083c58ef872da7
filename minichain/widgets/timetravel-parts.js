// What one moment of the machine holds: stack, memory, storage, and the calls under way.

import { h } from "./dom.js";
import { button, mark } from "./parts.js";

const count = (number) => number.toLocaleString("en");

/** A section with a head of its own. */
function section(key, title, note, ...content) {
  return h("div", { class: "mc-section", key },
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, title), note && h("span", { class: "mc-note" }, note)),
    content);
}

/** The words of a stack, the top one first; a click goes where a word came from. */
export function stack({ words, size }, act) {
  return section("stack", "Stack", size > 1 ? `${count(size)} words, the top one first` : size === 1 ? "1 word" : "",
    words.length === 0
      ? h("div", { class: "mc-note tt-empty" }, "empty")
      : h("div", { class: "tt-stack", role: "group", "aria-label": "Stack", "data-roving": true }, words.map((word, place) => button({
          key: `w${size - place}`, class: `tt-word${word.taken ? " tt-taken" : ""}`, "data-rove": true, title: `0x${word.hex}: go where it came from`,
          onclick: () => act("origin", { kind: "stack", index: place }),
        },
        h("span", { class: "tt-index" }, String(place)),
        h("span", { class: word.fresh ? "tt-value mc-changed" : "tt-value" }, word.said),
        h("span", { class: "tt-tag" }, word.taken ? "used next" : word.fresh ? "new" : "")))),
    size > words.length && h("div", { class: "mc-note" }, `and ${count(size - words.length)} below`));
}

/** Rows of 32 bytes, zeros faint; a click goes where a row was written last. */
export function memory({ rows, first, total }, act) {
  return section("memory", "Memory", total ? `${count(32 * total)} bytes` : "",
    rows.length === 0
      ? h("div", { class: "mc-note tt-empty" }, "untouched")
      : h("div", { class: "tt-memory", role: "group", "aria-label": "Memory, rows of 32 bytes", "data-roving": true }, rows.map((row, place) => h("div", { class: "tt-row", key: `m${row.offset}` },
          button({
            class: "tt-offset", "data-rove": true, title: "Go where this row was written",
            onclick: () => act("origin", { kind: "memory", index: first + place }),
          }, h("span", { class: "mc-hidden" }, "Row from byte "), String(row.offset)),
          h("span", { class: "tt-bytes" }, groups(row))))),
    total > rows.length && h("div", { class: "mc-row" },
      page("Rows before", first > 0, () => act("memory", { row: Math.max(0, first - rows.length) })),
      page("Rows behind", first + rows.length < total, () => act("memory", { row: first + rows.length })),
      h("span", { class: "mc-note" }, `rows ${first} to ${first + rows.length - 1} of ${count(total)}`)));
}

function page(words, enabled, send) {
  return button({ class: "mc-button", "aria-disabled": enabled ? "false" : "true", onclick: () => enabled && send() }, words);
}

/** A row's bytes in groups of four, each run of one look in an element of its own. */
function groups({ hex, changed, touched }) {
  const fresh = new Set(changed);
  const look = (i) => [
    hex.slice(2 * i, 2 * i + 2) === "00" && !fresh.has(i) ? "tt-zero" : "",
    fresh.has(i) ? "mc-changed" : "",
    touched.length && i >= touched[0] && i < touched[1] ? "tt-touched" : "",
  ].filter(Boolean).join(" ");
  return Array.from({ length: 8 }, (_, group) => {
    const runs = [];
    for (let i = 4 * group; i < 4 * group + 4; i++) {
      const style = look(i);
      if (runs.at(-1)?.style === style) runs.at(-1).text += hex.slice(2 * i, 2 * i + 2);
      else runs.push({ style, text: hex.slice(2 * i, 2 * i + 2) });
    }
    return h("span", { class: "tt-four", key: group }, runs.map((run) => h("span", { class: run.style || false }, run.text)));
  });
}

/** Slots before and now; a click goes where a slot was written. */
export function storage({ rows, size }, act) {
  return section("storage", "Storage touched so far", size ? `${count(size)} ${size === 1 ? "slot" : "slots"}` : "",
    rows.length === 0
      ? h("div", { class: "mc-note tt-empty" }, "none")
      : h("div", { class: "tt-storage", role: "group", "aria-label": "Storage", "data-roving": true }, rows.map((row) => button({
          key: `${row.contract}-${row.key}-${row.transient}`, class: row.fresh ? "tt-slot tt-fresh" : "tt-slot", "data-rove": true,
          title: `${row.contract}, slot ${row.key}${row.changed ? ": go where it was written" : ""}`, "aria-disabled": row.changed ? "false" : "true",
          onclick: () => row.changed && act("origin", { kind: "slot", index: row.index }),
        },
        h("span", { class: "tt-where" }, h("span", { class: "tt-owner" }, row.contract), " ", h("b", null, row.name || `slot ${row.slot}`)),
        h("span", { class: `tt-${row.transient ? "transient" : row.warm ? "warm" : "cold"}` }, state(row)),
        h("span", { class: "tt-diff" }, row.changed
          ? [h("s", null, row.first), " → ", h("b", { class: "tt-new" }, row.now)]
          : h("span", null, row.now))))));
}

const state = (row) => (row.transient ? "transient" : row.warm ? "warm" : "cold again");

/** The tree of calls; a click goes to where one begins. */
export function calls({ rows, size }, act) {
  return section("calls", "Calls", size > rows.length ? `${rows.length} of ${count(size)}` : "",
    h("div", { class: "tt-calls", role: "group", "aria-label": "Calls", "data-roving": true }, rows.map((row) => button({
      key: `c${row.place}`, "data-rove": true,
      class: `tt-call${row.now ? " tt-now" : ""}${row.ahead ? " tt-ahead" : ""}${row.running ? " tt-running" : ""}`,
      style: { "margin-inline-start": `${Math.min(row.depth - 1, 8) * 14}px` },
      "aria-current": row.now ? "true" : false,
      onclick: () => act("enter", { place: row.place }),
    },
    row.success !== null && mark(row.success, row.success ? "succeeds" : `fails: ${row.error}`),
    h("span", { class: "tt-callee" },
      h("b", null, row.to, row.function && `.${row.function}`), " ",
      h("span", { class: "mc-note" }, row.kind === "MESSAGE" ? `called by ${row.caller}` : row.kind.toLowerCase()),
      row.value && h("span", { class: "tt-paid" }, ` pays ${row.value}`)),
    h("span", { class: "tt-cost" }, row.used === null ? "" : `${count(row.used)} gas`, row.error && h("span", { class: "tt-error" }, ` ${row.error}`))))));
}
