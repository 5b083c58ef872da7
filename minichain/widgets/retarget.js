// The retarget controller: power and difficulty over time, and the pace that results.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark, segments } from "./parts.js";

export default lesson((picture, act) => [
  h("div", { class: "rt-top", key: "top" },
    labelled("Power", segments("What happens to the power", picture.scenes, picture.scene, (scene) => act("scene", { scene }))),
    picture.scene !== "real" &&
      labelled("Rule", segments("Rule", picture.rules, picture.rule, (rule) => act("rule", { rule })), picture.note)),
  ...(picture.scene === "real" ? real(picture, act) : course(picture, act)),
]);

function labelled(words, control, note = null) {
  return h("div", { class: "rt-choice", key: words },
    h("span", { class: "mc-label", "aria-hidden": "true" }, words), control,
    note && h("span", { class: "mc-note" }, note));
}

const figure = (value, digits = 2) => value.toLocaleString("en", { maximumFractionDigits: digits });

/* ---- A course: chart, controls, the last adjustment ---- */

function course(picture, act) {
  return [
    h("div", { class: "mc-section", key: "chart" },
      legend(picture), chart(picture, "wide", 760), chart(picture, "narrow", 350), now(picture)),
    h("div", { class: "mc-section", key: "controls" }, controls(picture, act)),
    picture.last && h("div", { class: "mc-section rt-panel", key: "last" }, change(picture.last, picture)),
    picture.rows.length > 0 && h("div", { class: "mc-section", key: "rows" }, rows(picture)),
  ];
}

function legend({ marks }) {
  return h("ul", { class: "rt-key" },
    h("li", null, h("span", { class: "rt-swatch rt-swatch-power" }), "power"),
    h("li", null, h("span", { class: "rt-swatch rt-swatch-difficulty" }), "difficulty"),
    h("li", { class: "rt-hint" }, "The gap between them is the pace below."),
    marks.length > 0 && h("li", { class: "rt-hint" }, h("b", { "aria-hidden": "true" }, "▲"), " adjustment",
      h("b", { class: "rt-cut-key", "aria-hidden": "true" }, " ◆"), " cut at the factor of four"));
}

// The chart's frame, in its own units; its width is chosen with the page's.
const [LEFT, TOP, MIDDLE, LOW, BOTTOM] = [52, 14, 178, 204, 316];
const [LEAST, MOST] = [Math.log2(1 / 16), Math.log2(16)];

function chart(picture, size, width) {
  const RIGHT = width - 10;
  const { days, plan, steps, marks } = picture;
  const span = Math.max(28, days.length + plan.length, days.length + (picture.scene === "hand" ? 14 : 0));
  const x = (day) => LEFT + (day / span) * (RIGHT - LEFT);
  const y = (multiple) => TOP + ((MOST - Math.min(MOST, Math.max(LEAST, Math.log2(multiple)))) / (MOST - LEAST)) * (MIDDLE - TOP);
  const powers = days.map(([power]) => power);
  const end = days.length;
  return h("svg", { key: size, class: `rt-chart rt-${size}`, viewBox: `0 0 ${width} 346`, role: "img", "aria-label": say(picture) },
    grid(span, x, y, RIGHT),
    powers.length > 0 && h("path", { key: "gap", class: "rt-gap", d: gap(powers, steps, x, y) }),
    h("path", { key: "plan", class: "rt-plan", d: stairs(plan.map((power, place) => [end + place, power / 100]), end + plan.length, x, y) }),
    h("path", { key: "power", class: "rt-power", d: stairs(powers.map((power, day) => [day, power / 100]), end, x, y) }),
    end > 0 && h("path", { key: "difficulty", class: "rt-difficulty", d: stairs(steps, end, x, y) }),
    marks.length <= 60 && marks.map(([day, cut], place) => cut
      ? h("path", { key: `mark${place}`, class: "rt-cut", d: `M${x(day).toFixed(1)} ${MIDDLE - 7}l6 7l-6 7l-6 -7z` })
      : h("path", { key: `mark${place}`, class: "rt-mark", d: `M${x(day).toFixed(1)} ${MIDDLE - 4}l4.5 8h-9z` })),
    pace(days, x),
    end > 0 && h("path", { key: "now", class: "rt-now", d: `M${x(end).toFixed(1)} ${TOP}V${BOTTOM}` }));
}

function say({ days, pace, difficulty }) {
  if (!pace) return "Power as planned; nothing is mined yet.";
  const [power, minutes] = days.at(-1);
  const every = minutes === null ? "no block" : `a block every ${minutes} minutes`;
  return `Power, difficulty and pace over ${days.length} days. On the last day power is ${power} %, difficulty ${figure(difficulty)}, ${every}.`;
}

function grid(span, x, y, RIGHT) {
  const weeks = span > 120 ? 4 : span > 63 ? 2 : 1;
  const lines = [];
  for (let day = 0; day <= span; day += 7 * weeks) lines.push(day);
  return [
    [16, 4, 1, 1 / 4, 1 / 16].map((multiple, place) => h("g", { key: `m${place}` },
      h("path", { class: multiple === 1 ? "rt-base" : "rt-grid", d: `M${LEFT} ${y(multiple)}H${RIGHT}` }),
      h("text", { class: "rt-axis rt-end", x: LEFT - 6, y: y(multiple) + 4 }, ["16×", "4×", "1×", "¼×", "1/16"][place]))),
    [1, 10, 100].map((minutes) => h("g", { key: `p${minutes}` },
      h("path", { class: minutes === 10 ? "rt-base" : "rt-grid", d: `M${LEFT} ${level(minutes)}H${RIGHT}` }),
      h("text", { class: "rt-axis rt-end", x: LEFT - 6, y: level(minutes) + 4 }, minutes === 10 ? "10 min" : minutes))),
    lines.map((day, place) => h("text", {
      key: `d${day}`, class: `rt-axis rt-middle${place % 2 ? " rt-minor" : ""}`, x: x(day), y: BOTTOM + 22,
    }, place === 0 ? "day 0" : day)),
  ];
}

/** A line of steps: each value holds until the next. */
function stairs(points, end, x, y) {
  if (points.length === 0) return "M0 0";
  let d = `M${x(points[0][0]).toFixed(1)} ${y(points[0][1]).toFixed(1)}`;
  for (const [day, value] of points.slice(1)) d += `H${x(day).toFixed(1)}V${y(value).toFixed(1)}`;
  return `${d}H${x(end).toFixed(1)}`;
}

/** The area between power and difficulty: where it is not empty, the pace is wrong. */
function gap(powers, steps, x, y) {
  const times = [...new Set([...powers.map((_, day) => day), ...steps.map(([day]) => day), powers.length])].sort((a, b) => a - b);
  let at = 0;
  let d = "";
  for (let place = 0; place + 1 < times.length; place++) {
    const [from, to] = [times[place], times[place + 1]];
    while (at + 1 < steps.length && steps[at + 1][0] <= from) at++;
    const [high, low] = [y(powers[Math.min(Math.floor(from), powers.length - 1)] / 100), y(steps[at][1])];
    if (Math.abs(high - low) > 0.5) d += `M${x(from).toFixed(1)} ${high.toFixed(1)}H${x(to).toFixed(1)}V${low.toFixed(1)}H${x(from).toFixed(1)}z`;
  }
  return d || "M0 0";
}

const level = (minutes) => {
  const share = Math.min(2, Math.max(0, Math.log10(Math.min(160, Math.max(0.8, minutes)))));
  return BOTTOM - (share / 2) * (BOTTOM - LOW);
};

/** Bars from ten minutes: upwards where blocks are slow, downwards where they are quick. */
function pace(days, x) {
  const paths = { slow: "", quick: "" };
  days.forEach(([, minutes], day) => {
    const [from, to] = [x(day) + 0.4, x(day + 1) - 0.4];
    const tip = level(minutes ?? 160);
    const kind = minutes === null || minutes > 10 ? "slow" : "quick";
    paths[kind] += `M${from.toFixed(1)} ${level(10)}V${tip.toFixed(1)}H${to.toFixed(1)}V${level(10)}z`;
  });
  return [
    h("path", { key: "slow", class: "rt-slow", d: paths.slow || "M0 0" }),
    h("path", { key: "quick", class: "rt-quick", d: paths.quick || "M0 0" }),
    h("text", { key: "slow-name", class: "rt-axis rt-name", x: LEFT + 5, y: LOW + 10 }, "slower ↑"),
    h("text", { key: "quick-name", class: "rt-axis rt-name", x: LEFT + 5, y: BOTTOM - 4 }, "quicker ↓"),
  ];
}

function now({ pace, days, difficulty, bits, late, height }) {
  if (!pace) return h("div", { class: "mc-note" }, "Dotted is the power that is planned. Nothing is mined yet.");
  const minutes = days.at(-1)[1];
  return h("dl", { class: "rt-now-row" },
    fact("Last day, a block every", minutes === null ? "no block" : `${figure(minutes, 1)} min`, minutes === null || minutes >= 20 ? "slow" : minutes <= 5 ? "quick" : ""),
    fact("Difficulty", figure(difficulty)),
    fact("Bits", h("span", { class: "rt-mono" }, bits)),
    fact("Block", figure(height, 0)),
    fact(late > 0 ? "Behind schedule" : "Ahead of schedule", `${figure(Math.abs(late), 1)} days`));
}

function fact(words, value, kind = "") {
  return h("div", { key: words }, h("dt", { class: "mc-note" }, words),
    h("dd", { class: kind && `rt-${kind}-word` }, value, kind && h("span", { class: "mc-note" }, ` ${kind}`)));
}

/* ---- Controls ---- */

function controls(picture, act) {
  const { scene, rule, plan, lucky, power, working } = picture;
  const chance = button({
    key: "luck", class: "mc-button", "aria-pressed": lucky ? "true" : "false",
    onclick: () => act("luck", { luck: !lucky }),
  }, lucky ? "Chance: on" : "Chance: off");
  if (scene === "hand") {
    const set = (value) => act("power", { power: Math.max(10, Math.min(1000, Math.round(value))) }, { burst: "power" });
    return [
      h("div", { class: "rt-power-row", key: "power" },
        h("label", { class: "mc-field rt-slider" },
          h("span", { class: "mc-label" }, `Power from here on: ${power} %`),
          h("input", {
            type: "range", class: "mc-range", min: 0, max: 100, burst: "power",
            value: String(Math.round(50 * Math.log10(power / 10))), "aria-valuetext": `${power} per cent`,
            oninput: (event) => set(10 * 10 ** (Number.parseInt(event.target.value, 10) / 50)),
          })),
        h("div", { class: "mc-row" },
          button({ key: "half", class: "mc-button", onclick: () => set(power / 2) }, "Halve"),
          button({ key: "double", class: "mc-button", onclick: () => set(power * 2) }, "Double"),
          button({ key: "tenth", class: "mc-button", onclick: () => set(power * 0.6) }, "A pool with 40 % leaves"))),
      h("div", { class: "mc-row", key: "mine" },
        button({ key: "day", class: "mc-button mc-primary", onclick: () => act("mine", { days: 1 }) }, "Mine a day"),
        button({ key: "week", class: "mc-button", onclick: () => act("mine", { days: 7 }) }, "A week"),
        button({ key: "weeks", class: "mc-button", onclick: () => act("mine", { days: 28 }) }, "Four weeks"), chance),
    ];
  }
  const done = plan.length === 0;
  const step = (key, words, kind, send) => button({
    key, class: `mc-button ${kind}`, "aria-disabled": done || working ? "true" : "false",
    onclick: () => !(done || working) && send(),
  }, words);
  return h("div", { class: "mc-row" },
    rule === "asert"
      ? step("week", "Mine a week", "mc-primary", () => act("mine", { days: 7 }))
      : step("change", "Mine to the next adjustment", "mc-primary", () => act("to-change")),
    step("day", "A day", "", () => act("mine", { days: 1 })),
    step("run", "To the end", "", () => act("run")), chance,
    button({ key: "hand", class: "mc-link", onclick: () => act("scene", { scene: "hand" }) }, "Take over by hand from here"));
}

/* ---- One adjustment ---- */

function change(last, { rule }) {
  if (last.meant === null) {
    return [
      h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, `The last adjustment, for block ${figure(last.height, 0)}`)),
      h("div", { class: "rt-bits" }, bits(last), h("span", { class: "mc-note" }, rule === "asert"
        ? "from the schedule: ten minutes a block since the first"
        : "the last six blocks took half a day or more: a fifth easier")),
    ];
  }
  const gaps = last.blocks - 1;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, `The adjustment for block ${figure(last.height, 0)}`),
      last.held && h("span", { class: "rt-held" }, "◆ cut at the factor of four")),
    h("dl", { class: "rt-sum" },
      line("It took", `${figure(last.taken)} days`, `first block to last: ${figure(gaps, 0)} gaps, Bitcoin's off-by-one`),
      line("Meant were", `${figure(last.meant)} days`, `${figure(last.blocks, 0)} × 10 minutes`),
      line("Ratio", figure(last.ratio, 4), last.held
        ? `allowed is ¼ to 4, so it counts as ${last.held === "short" ? "¼" : "4"}`
        : "between ¼ and 4, so it counts as it is")),
    gauge(last),
    h("div", { class: "rt-bits" }, bits(last)),
  ];
}

function line(words, value, note) {
  return h("div", { key: words }, h("dt", null, words), h("dd", null, h("b", null, value), h("span", { class: "mc-note" }, note)));
}

function bits({ before, after, was, now }) {
  return [
    h("span", { class: "mc-note" }, "bits"),
    h("span", { class: "rt-mono" }, before, " → ", h("b", null, after)),
    h("span", { class: "mc-note" }, "difficulty"),
    h("span", { class: "rt-mono" }, figure(was, 4), " → ", h("b", null, figure(now, 4))),
  ];
}

/** The ratio on a scale of doublings, with the part that is allowed. */
function gauge({ ratio, held }) {
  const x = (value) => 160 + Math.max(-4.4, Math.min(4.4, Math.log2(value))) * 33;
  const at = x(Math.max(ratio, 0.01));
  return h("svg", { class: "rt-gauge", viewBox: "0 0 320 56", role: "img", "aria-label": `The ratio ${ratio} on a scale from 1/16 to 16; ¼ to 4 is allowed.` },
    h("path", { class: "rt-rail", d: "M10 24H310" }),
    h("rect", { class: "rt-allowed", x: x(1 / 4), y: 18, width: x(4) - x(1 / 4), height: 12, rx: 3 }),
    [[1 / 16, "1/16"], [1 / 4, "¼"], [1, "1"], [4, "4"], [16, "16"]].map(([value, words]) => h("g", { key: words },
      h("path", { class: "rt-tick", d: `M${x(value)} 16V32` }),
      h("text", { class: "rt-axis rt-middle", x: x(value), y: 50 }, words))),
    held && h("path", { class: "rt-pull", d: `M${at} 24H${x(held === "short" ? 1 / 4 : 4)}` }),
    h("path", { class: held ? "rt-needle rt-out" : "rt-needle", d: `M${at} 13l6 -9h-12zM${at} 13V34` }));
}

function rows({ rows, count }) {
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Adjustments"),
      h("span", { class: "mc-note" }, `${figure(count, 0)} so far; the last ${rows.length} by period`)),
    h("div", { class: "mc-scroll", tabindex: 0, role: "group", "aria-label": "The last adjustments" },
      h("table", { class: "rt-table" },
        h("thead", null, h("tr", null, ["block", "on day", "took, days", "ratio", "bits", "difficulty"].map((head) => h("th", { key: head, scope: "col" }, head)))),
        h("tbody", null, [...rows].reverse().map((row) => h("tr", { key: row.height },
          h("th", { scope: "row" }, figure(row.height, 0)),
          h("td", null, figure(row.day, 1)), h("td", null, figure(row.taken)),
          h("td", null, figure(row.ratio, 3), row.held && h("span", { class: "rt-held" }, " ◆ cut")),
          h("td", { class: "rt-mono" }, row.after), h("td", null, figure(row.now))))))),
  ];
}

/* ---- The real period ---- */

function real({ real: period, last }, act) {
  const send = (hours) => act("taken", { hours }, { burst: "taken" });
  return [
    h("div", { class: "rt-headers", key: "headers" },
      header("First of the period", period.first, period.from),
      h("span", { class: "rt-between", "aria-hidden": "true" }, "…2,014 blocks…"),
      header("Last of the period", period.last, period.to)),
    last && h("div", { class: "mc-section rt-panel", key: "last" }, change(last, { rule: "period" })),
    last && h("div", { class: period.exact ? "rt-verdict rt-same" : "rt-verdict", key: "verdict" },
      h("span", { class: "mc-figure" }, period.difficulty),
      h("span", null, period.exact && mark(true, "the same"), ` ${period.verdict}`)),
    last && h("div", { class: "mc-section", key: "taken" },
      h("label", { class: "mc-field" },
        h("span", { class: "mc-label" }, `What if it had taken ${figure(period.seconds / 86400)} days?`),
        h("input", {
          type: "range", class: "mc-range", min: 0, max: period.limit, step: 6, value: String(period.hours), burst: "taken",
          "aria-valuetext": `${figure(period.seconds / 86400)} days`,
          oninput: (event) => send(Number.parseInt(event.target.value, 10)),
        })),
      h("div", { class: "mc-row" }, button({ class: "mc-button", "aria-disabled": period.exact ? "true" : "false", onclick: () => !period.exact && send(-1) }, "As it really was"))),
  ];
}

function header(words, height, time) {
  return h("div", { class: "rt-header" },
    h("span", { class: "mc-note" }, words), h("b", null, `Block ${figure(height, 0)}`), h("span", null, time));
}
