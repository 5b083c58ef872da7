// The time-travel EVM: a program, a way through all its moments, and what each holds.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark } from "./parts.js";
import { calls, memory, stack, storage } from "./timetravel-parts.js";

const count = (number) => number.toLocaleString("en");

export default lesson((picture, act) => [
  scenes(picture, act),
  order(picture, act),
  picture.run && way(picture.run, act),
  picture.run
    ? h("div", { class: "tt-columns", key: "columns" },
        h("div", { class: "tt-column" }, program(picture, act), steps(picture.run, act)),
        h("div", { class: "tt-column" },
          present(picture.run),
          stack(picture.run.stack, act),
          memory(picture.run.memory, act)),
        h("div", { class: "tt-column" }, storage(picture.run.storage, act), calls(picture.run.calls, act)))
    : h("div", { class: "tt-columns", key: "columns" }, program(picture, act)),
]);

function scenes({ scenes, scene }, act) {
  return h("div", { class: "mc-section", key: "scenes" },
    h("div", { class: "mc-segments", role: "radiogroup", "aria-label": "Scenes", "data-roving": true },
      scenes.map(([word, title]) => button({
        key: word, class: "mc-segment", role: "radio", "data-rove": true,
        "aria-checked": word === scene ? "true" : "false", "aria-current": word === scene ? "true" : false,
        onclick: () => act("scene", { scene: word }),
      }, title))));
}

/** Who calls what, with how much; and the buttons that run it. */
function order(picture, act) {
  const { deed, people, contracts, gas, limits, earlier, rounds, changed, editing, run } = picture;
  const language = contracts.find((contract) => contract.name === deed.to)?.language;
  const type = (kind, pattern) => (event) =>
    pattern.test(event.target.value) && act(kind, { [kind]: kind === "gas" ? Number(event.target.value) : event.target.value }, { burst: kind });
  const text = (label, kind, value, pattern, extra = {}) => h("label", { class: `mc-field tt-in-${kind}` },
    h("span", { class: "mc-label" }, label),
    h("input", {
      class: "mc-input mc-code", value, burst: kind, autocomplete: "off", spellcheck: "false",
      oninput: type(kind, pattern), onkeydown: (event) => event.key === "Enter" && act("run"), ...extra,
    }));
  return h("div", { class: "tt-order", key: "order" },
    earlier.length > 0 && h("div", { class: "mc-note tt-earlier" }, "Before it: ",
      earlier.map((one) => `${one.sender} calls ${one.to}.${one.call}${paid(one.value)}`).join("; "), "."),
    h("div", { class: contracts.length > 1 ? "tt-fields tt-many" : "tt-fields" },
      h("label", { class: "mc-field tt-sender" }, h("span", { class: "mc-label" }, "Caller"),
        h("select", { class: "mc-input", value: deed.sender, onchange: (event) => act("sender", { sender: event.target.value }) },
          people.map((name) => h("option", { key: name, value: name }, name)))),
      contracts.length > 1 && h("label", { class: "mc-field" }, h("span", { class: "mc-label" }, "Contract"),
        h("select", { class: "mc-input", value: deed.to, onchange: (event) => act("to", { to: event.target.value }) },
          contracts.map(({ name }) => h("option", { key: name, value: name }, name)))),
      text(language === "vyper" ? `Call of ${deed.to}` : "Input: 5, Bob or 0x…", "call", deed.call, /^/, { maxlength: limits.call }),
      text("Wei paid", "value", deed.value, /^[0-9]{1,24}$/, { inputmode: "numeric", maxlength: 24 }),
      text("Gas limit", "gas", String(gas), /^[0-9]{1,8}$/, { inputmode: "numeric", maxlength: 8 })),
    h("div", { class: "mc-row" },
      button({ class: changed ? "mc-button mc-primary" : "mc-button", onclick: () => act("run") }, changed ? "Run what was changed" : "Run from the start"),
      changed && button({ class: "mc-button", onclick: () => act("discard") }, "Drop the changes"),
      run && !changed && !editing && button({ class: "mc-button", onclick: () => act("again") }, "Call again, on the storage it left"),
      rounds > 0 && button({ class: "mc-button", onclick: () => act("reset-storage") }, "Reset storage"),
      rounds > 0 && h("span", { class: "mc-note" }, `called ${rounds} ${rounds === 1 ? "time" : "times"} before`)));
}

const paid = (value) => (value === "0" ? "" : ` with ${wei(value)}`);
const wei = (value) => (value.length > 15 && value.endsWith("0".repeat(15)) ? `${Number(value) / 1e18} ether` : `${value} wei`);

const GLYPHS = {
  first: "M6 5v14M19 5l-9 7 9 7z", overBack: "M12 5l-8 7 8 7zM20 5l-8 7 8 7z", back: "M17 5 8 12l9 7z",
  next: "M7 5l9 7-9 7z", over: "M4 5l8 7-8 7zM12 5l8 7-8 7z", last: "M18 5v14M5 5l9 7-9 7z",
};

/** Buttons, a slider, and a line that shows how deep the calls go. */
function way(run, act) {
  const { moment, length } = run;
  const tool = (name, words, enabled, send) => button({
    key: name, class: "mc-tool tt-tool", "data-rove": true, title: words, "aria-label": words,
    "aria-disabled": enabled ? "false" : "true", onclick: () => enabled && send(),
  }, h("svg", { class: "tt-glyph", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: GLYPHS[name] })));
  const [back, on] = [moment > 0, moment < length];
  return h("div", { class: "tt-way", key: "way" },
    h("div", { class: "tt-bar" },
      h("div", { class: "tt-tools", role: "toolbar", "aria-label": "Time", "data-roving": true },
        tool("first", "To the beginning, or the breakpoint before", back, () => act("seek", { by: -1 })),
        tool("overBack", "Back over a call", back, () => act("over", { by: -1 })),
        tool("back", "One step back", back, () => act("step", { by: -1 })),
        tool("next", "One step on", on, () => act("step", { by: 1 })),
        tool("over", "On over a call", on, () => act("over", { by: 1 })),
        tool("last", "To the next breakpoint, or the end", on, () => act("seek", { by: 1 }))),
      h("span", { class: "tt-moment" }, on ? `Step ${count(moment + 1)} of ${count(length)}` : `All ${count(length)} steps are done`),
      h("span", { class: "mc-note tt-whole" }, run.whole ? `${count(run.outcome.used)} gas used in all` : "the recording ends before the run does")),
    profile(run),
    h("input", {
      type: "range", class: "mc-range tt-slider", min: 0, max: length, value: String(moment), burst: "jump",
      "aria-label": "Moment", "aria-valuetext": `step ${moment} of ${length}`,
      oninput: (event) => act("jump", { moment: Number(event.target.value) }, { burst: "jump" }),
    }));
}

function profile({ depths, marks, moment, length }) {
  const deepest = Math.max(2, ...depths);
  const x = (place) => (1000 * place) / Math.max(1, length);
  const y = (depth) => 34 - (28 * depth) / deepest;
  const line = depths.map((depth, i) => `${i ? "L" : "M"}${((1000 * i) / depths.length).toFixed(1)} ${y(depth).toFixed(1)}H${((1000 * (i + 1)) / depths.length).toFixed(1)}`).join("");
  const ticks = (kind) => marks.filter((one) => one[1] === kind).map(([place]) => {
    const at = x(place + 0.5).toFixed(1);
    return kind === "failure" ? `M${at} 2V36` : kind === "stop" ? `M${at} 0V12` : `M${at} 30V40`;
  }).join("");
  return h("div", { class: "tt-profile" },
    h("svg", { viewBox: "0 0 1000 40", preserveAspectRatio: "none", role: "img", "aria-label": `Depth of calls over ${length} steps, at most ${Math.max(1, ...depths)}; ticks below are writes of storage, tall ones failures` },
      line && h("path", { class: "tt-depths", d: `${line}V36H0Z` }),
      h("path", { class: "tt-writes", d: ticks("write") }),
      h("path", { class: "tt-failures", d: ticks("failure") }),
      h("path", { class: "tt-stops", d: ticks("stop") }),
      h("path", { class: "tt-here", d: `M${x(moment).toFixed(1)} 0V40` })));
}

/** The text of the contract that runs, its present line marked; or open to be written in. */
function program(picture, act) {
  const { contracts, open, editing, text, limits, run } = picture;
  const lines = run?.lines;
  const shown = editing || !run ? contracts[open].name : lines.name;
  return h("div", { class: "mc-section tt-program", key: "program" },
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, `${shown}, in ${contracts.find((one) => one.name === shown)?.language === "vyper" ? "Vyper" : "assembly"}`),
      button({ class: "mc-link", onclick: () => act("edit", { on: !editing }) }, editing ? "Close the editor" : "Edit")),
    editing && contracts.length > 1 && h("div", { class: "mc-segments", role: "radiogroup", "aria-label": "Contract", "data-roving": true },
      contracts.map((contract, place) => button({
        key: contract.name, class: "mc-segment", role: "radio", "data-rove": true, "aria-checked": place === open ? "true" : "false",
        onclick: () => act("open", { contract: place }),
      }, contract.name))),
    editing || !run
      ? h("textarea", {
          class: "mc-input mc-code tt-text", rows: Math.min(24, Math.max(8, text.split("\n").length + 1)), spellcheck: "false", autocapitalize: "off", maxlength: limits.text,
          "aria-label": `Program of ${contracts[open].name}`, value: text, burst: "text", readonly: editing ? false : true,
          oninput: (event) => act("text", { text: event.target.value }, { burst: "text" }),
        })
      : h("div", { class: "tt-lines", role: "group", "aria-label": "Program", "data-roving": true }, lines.rows.map((line) => h("div", {
          key: `${lines.name}-${line.number}`, class: `tt-line${line.now ? " tt-now" : ""}`,
        },
        button({
          class: "tt-gutter", "data-rove": true, "aria-pressed": line.stop ? "true" : "false", "aria-label": `Breakpoint at line ${line.number}`,
          "aria-current": line.now ? "true" : false,
          onclick: () => act("break", { name: lines.name, line: line.number }),
        }, line.stop ? "●" : "", String(line.number)),
        h("code", { class: line.coded ? "tt-code" : "tt-code tt-silent" }, line.text || " ")))),
    editing && contracts[open].language === "vyper" && h("label", { class: "mc-field" },
      h("span", { class: "mc-label" }, "Created with"),
      h("input", {
        class: "mc-input mc-code", value: contracts[open].arguments, burst: "arguments", maxlength: limits.call, autocomplete: "off", spellcheck: "false",
        oninput: (event) => act("arguments", { arguments: event.target.value }, { burst: "arguments" }),
      })),
    run && !editing && h("div", { class: "mc-note" },
      lines.stray ? "This instruction belongs to no line: the compiler put it there to find the function. " : "",
      lines.size > lines.rows.length ? `${lines.rows.length} of ${lines.size} lines.` : ""));
}

function steps({ rows, moment }, act) {
  return h("div", { class: "mc-section", key: "steps" },
    h("div", { class: "mc-label" }, "Steps"),
    h("div", { class: "tt-steps", role: "group", "aria-label": "Steps around this one", "data-roving": true }, rows.map((row) => button({
      key: `s${row.place}`, class: `tt-step${row.place === moment ? " tt-now" : ""}${row.place < moment ? " tt-past" : ""}`, "data-rove": true,
      "aria-current": row.place === moment ? "true" : false,
      title: `Go to step ${row.place + 1}`,
      onclick: () => act("jump", { moment: row.place }),
    },
    h("span", { class: "tt-place" }, count(row.place + 1)),
    h("span", { class: "tt-name", style: { "padding-inline-start": `${6 * Math.min(row.depth - 1, 8)}px` } }, h("b", null, row.name), row.data && ` ${short(row.data)}`),
    h("span", { class: "tt-cost" }, row.error ? h("span", { class: "tt-error" }, row.error) : row.warmth && h("span", { class: `tt-${row.warmth}` }, row.warmth), count(row.cost))))));
}

const short = (data) => (data.length > 12 ? `${data.slice(0, 6)}…${data.slice(-4)}` : data);

/** What the next instruction is about to do; or what it all came to. */
function present({ step, outcome, length }) {
  if (!step) return ended(outcome, length);
  const figure = (name, value) => h("div", { key: name }, h("dt", null, name), h("dd", null, value));
  return h("div", { class: step.error && step.error !== "revert" ? "tt-card tt-bad" : "tt-card", key: "present" },
    h("div", { class: "tt-op" }, h("b", null, step.name), step.data && h("code", null, step.data.length > 26 ? short(step.data) : step.data)),
    h("div", { class: "tt-effect" }, step.error && step.error !== "revert" ? `halts: ${step.error}` : step.effect),
    h("dl", { class: "tt-figures" },
      figure("price", h("span", null, count(step.cost), step.memory ? ` (${count(step.memory)} for memory)` : "", " ", step.warmth && h("span", { class: `tt-${step.warmth}` }, step.warmth))),
      step.handed > 0 && figure("handed over", count(step.handed)),
      figure("gas left before", count(step.gas)),
      step.refund !== 0 && figure("refund so far", count(step.refund)),
      figure("code of", step.contract),
      step.storage !== step.contract && figure("storage of", step.storage),
      figure("depth", String(step.depth)),
      figure("place", String(step.pc))));
}

function ended(outcome, length) {
  const good = outcome.success;
  return h("div", { class: good === false ? "tt-card tt-bad" : "tt-card tt-good", key: "present" },
    h("div", { class: "tt-op" }, good !== null && mark(good, good ? "succeeded" : "failed"),
      h("b", null, good === null ? "Cut off" : good ? "Returned" : `Failed: ${outcome.error}`)),
    good === null && h("div", { class: "tt-effect" }, `Only the first ${count(length)} steps are kept; the run goes on.`),
    outcome.said && h("div", { class: "tt-effect" }, outcome.said),
    outcome.output && h("code", { class: "tt-output" }, outcome.output, outcome.more ? `… and ${count(outcome.more)} bytes more` : ""),
    good !== null && h("div", { class: "mc-note" }, `${count(outcome.used)} gas used`, outcome.refund ? `, ${count(outcome.refund)} to be refunded` : "",
      outcome.logs ? `, ${outcome.logs} ${outcome.logs === 1 ? "log" : "logs"}` : "", good ? "." : ". Every change is undone."));
}
