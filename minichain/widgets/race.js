// The double-spend race: two branches block by block, and the chance over the wait.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark } from "./parts.js";

export default lesson((picture, act) => [
  h("div", { class: "mc-columns rc-settings", key: "settings" },
    slider("The attacker's power", `${picture.share} %`, picture.share, picture.limits.share, (share) => act("share", { share }, { burst: "share" }), "share"),
    slider("The merchant waits for", `${picture.wait} block${picture.wait === 1 ? "" : "s"}`, picture.wait, picture.limits.wait, (wait) => act("wait", { wait }, { burst: "wait" }), "wait")),
  h("div", { class: "mc-section", key: "race" }, race(picture, act)),
  h("div", { class: "mc-columns rc-main", key: "main" },
    h("div", { class: "mc-section", key: "chart" }, chart(picture)),
    h("div", { class: "mc-section", key: "ways" }, ways(picture, act), price(picture.price))),
]);

function slider(words, said, value, [low, high], send, burst) {
  const read = (event) => send(Number.parseInt(event.target.value, 10));
  return h("label", { class: "mc-field", key: burst },
    h("span", { class: "mc-label" }, words, ` ${said}`),
    h("input", { type: "range", class: "mc-range", min: low, max: high, value: String(value), burst, oninput: read }));
}

/* ---- The race ---- */

function race(picture, act) {
  const { over, steps, number, won, lost, finders } = picture;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, `Race ${number + 1}`),
      h("span", { class: "mc-note" }, `${steps} block${steps === 1 ? "" : "s"} found`)),
    branches(picture, "wide", 16), branches(picture, "narrow", 7),
    h("div", { class: `rc-state${picture.taken ? " rc-lost" : ""}` }, story(picture)),
    h("div", { class: "mc-row" },
      !over && button({ key: "step", class: "mc-button mc-primary", onclick: () => act("step", { end: false }) }, "Find a block"),
      !over && button({ key: "end", class: "mc-button", onclick: () => act("step", { end: true }) }, "To the end of this race"),
      over && button({ key: "next", class: "mc-button mc-primary", onclick: () => act("next") }, "Another race"),
      number > 0 && h("span", { key: "tally", class: "mc-note" },
        `Before this one: ${won} taken back, ${lost} given up.`)),
    finders && h("div", { class: "rc-finders", "aria-hidden": "true" },
      h("span", { key: "who", class: "mc-note" }, "found by"),
      [...finders].map((who, place) => h("span", { key: place, class: `rc-finder rc-${who}` }, who === "A" ? "A" : "·")),
      h("span", { key: "key", class: "mc-note" }, "A is the attacker")),
  ];
}

function story({ honest, attacker, wait, delivered, taken, given, patience }) {
  if (taken) return [mark(false, "taken back"), "The attacker's branch is as long, and one block was found beforehand: it is published, and the payment is gone."];
  if (given) return [mark(true, "kept"), `${patience} blocks behind: the attacker gives up. The payment stays, and ${attacker === 1 ? "one block was" : `${attacker} blocks were`} found for nothing.`];
  if (delivered) return `The goods are handed over. The attacker is ${honest - attacker} behind and works on.`;
  if (honest + attacker === 0) return "The attacker pays, and begins a branch in secret in which the money stays where it was.";
  return `The merchant has seen ${honest} of ${wait} blocks. In secret, the attacker has ${attacker === 0 ? "none" : attacker}.`;
}

const [STEP, BLOCK] = [40, 30];

/** Both branches, the last heights of them; the payment's above, the attacker's below. */
function branches({ honest, attacker, wait, delivered, taken, given }, size, room) {
  const start = Math.max(0, Math.max(honest, attacker, Math.min(wait, room)) - room);
  const x = (height) => 58 + (height - start - 1) * STEP;
  const row = (count, y, kind, names) => Array.from({ length: Math.max(0, count - start) }, (_, place) => {
    const height = start + place + 1;
    return h("g", { key: `${kind}${height}` },
      h("path", { class: "rc-link", d: place || start ? `M${x(height) - STEP + BLOCK} ${y}h${STEP - BLOCK}` : `M36 75Q47 75 47 ${y}H${x(1)}` }),
      h("rect", { class: `rc-block rc-${kind}`, x: x(height), y: y - 14, width: BLOCK, height: 28, rx: 6 }),
      h("text", { class: "rc-height", x: x(height) + BLOCK / 2, y: y + 4 }, names(height)));
  });
  const width = 66 + room * STEP;
  const goods = x(wait) + BLOCK + (STEP - BLOCK) / 2;
  const shown = wait > start && wait <= start + room;
  return h("svg", { key: size, class: `rc-race rc-${size}`, viewBox: `0 0 ${width} 150`, role: "img",
      "aria-label": `The payment's branch has ${honest} blocks, the attacker's ${attacker}${taken ? ": taken back" : given ? ": given up" : ""}.` },
    start === 0
      ? h("rect", { key: "fork", class: "rc-block", x: 8, y: 61, width: 28, height: 28, rx: 6 })
      : h("text", { key: "fork", class: "rc-more", x: 8, y: 80 }, `+${start} …`),
    shown && h("path", { key: "goods", class: delivered ? "rc-goods rc-over" : "rc-goods", d: `M${goods} 14V138` }),
    shown && h("text", { key: "goods-name", class: `rc-name ${wait - start > room / 2 ? "rc-end" : ""}`, x: goods + (wait - start > room / 2 ? -6 : 6), y: 12 }, delivered ? "goods handed over" : "goods here"),
    Array.from({ length: Math.max(0, Math.min(wait, start + room) - Math.max(honest, start)) }, (_, place) =>
      h("rect", { key: `slot${place}`, class: "rc-slot", x: x(Math.max(honest, start) + place + 1), y: 32, width: BLOCK, height: 28, rx: 6 })),
    row(honest, 46, taken ? "orphan" : "honest", (height) => (height === 1 ? "pay" : height)),
    row(attacker, 108, taken ? "shown" : given ? "orphan" : "secret", (height) => height),
    h("text", { key: "above", class: "rc-name", x: 8, y: 28 }, "public"),
    h("text", { key: "below", class: "rc-name", x: 8, y: 146 }, taken ? "the attacker's, published" : "the attacker's, secret"));
}

/* ---- The chance over the wait ---- */

const [LEFT, RIGHT, TOP, BOTTOM, LEAST] = [56, 374, 14, 226, -5];
const Y = (chance) => TOP + (Math.max(LEAST, Math.log10(Math.max(chance, 1e-300))) / LEAST) * (BOTTOM - TOP);

function chart({ curve, chances, measured, share, wait }) {
  const width = curve?.width ?? 12;
  const x = (z) => LEFT + (z / width) * (RIGHT - LEFT);
  const path = (column) => {
    const inside = curve.points.filter((point) => point[column] >= 10 ** LEAST);
    return inside.map((point, place) => `${place ? "L" : "M"}${x(point[0]).toFixed(1)} ${Y(point[column]).toFixed(1)}`).join("");
  };
  const ticks = [0, 1, 2, 3, 4].map((place) => Math.round((place * width) / 4));
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Chance of success"),
      chances && h("span", { class: chances.exact < chances.limit ? "rc-safe" : "rc-risk" }, percent(chances.exact))),
    h("svg", { class: "rc-chart", viewBox: "0 0 392 266", role: "img", "aria-label": chances
        ? `Chance of success over blocks waited for, with ${share} % of the power. At ${wait} blocks ${percent(chances.exact)}; below 0.1 % from ${chances.needed} on.`
        : "Chance of success over blocks waited for; the curves are hidden until the guess." },
      [0, -1, -2, -3, -4, -5].map((power) => h("g", { key: `y${power}` },
        h("path", { class: power === -3 ? "rc-limit" : "rc-grid", d: `M${LEFT} ${Y(10 ** power)}H${RIGHT}` }),
        h("text", { class: "rc-axis rc-end", x: LEFT - 6, y: Y(10 ** power) + 4 }, ["100 %", "10 %", "1 %", "0.1 %", "0.01 %", "0.001 %"][-power]))),
      ticks.map((z) => h("text", { key: `x${z}`, class: "rc-axis rc-middle", x: x(z), y: BOTTOM + 17 }, z)),
      h("text", { class: "rc-axis rc-middle", x: (LEFT + RIGHT) / 2, y: BOTTOM + 34 }, "blocks the merchant waits for"),
      !curve && h("text", { class: "rc-veil rc-middle", x: (LEFT + RIGHT) / 2, y: 110 }, "guess first"),
      wait <= width && h("path", { key: "wait", class: "rc-wait", d: `M${x(wait)} ${TOP}V${BOTTOM}` }),
      curve && h("path", { key: "paper", class: "rc-paper", d: path(2) }),
      curve && h("path", { key: "exact", class: "rc-exact", d: path(1) }),
      chances && [["needed", chances.needed, 1], ["paper-needed", chances.paper_needed, 2]].map(([key, z]) =>
        h("path", { key, class: key === "needed" ? "rc-cross" : "rc-cross rc-cross-paper", d: `M${x(z)} ${BOTTOM}l5 -9h-10z` })),
      chances && wait <= width && chances.exact >= 10 ** LEAST && h("circle", { key: "here", class: "rc-here", cx: x(wait), cy: Y(chances.exact), r: 5 }),
      measured && wait <= width && h("g", { key: "measured", class: "rc-measured" },
        h("path", { d: `M${x(wait) + 9} ${Y(measured.low)}V${Y(measured.high)}m-4 0h8M${x(wait) + 5} ${Y(measured.low)}h8` }),
        h("circle", { cx: x(wait) + 9, cy: Y(measured.value), r: 3 }))),
    curve && h("ul", { class: "rc-key" },
      h("li", null, h("span", { class: "rc-swatch" }), `exact: below 0.1 % from ${chances.needed}`),
      h("li", null, h("span", { class: "rc-swatch rc-swatch-paper" }), `Nakamoto's: from ${chances.paper_needed}`),
      measured && h("li", null, h("b", { "aria-hidden": "true" }, "●"), "measured, 95 % band")),
  ];
}

function percent(chance) {
  const value = 100 * chance;
  if (value === 0) return "0 %";
  if (value >= 99.95) return "100 %";
  if (value >= 1e-4) return `${Number(value.toPrecision(3))} %`;
  return `${powered(value)} %`;
}

/* ---- Three ways to know, and the price ---- */

function ways({ chances, measured, trials, wins, full, working }, act) {
  const run = (races, words, kind = "") => button({
    key: races, class: `mc-button ${kind}`, "aria-disabled": full || working ? "true" : "false",
    onclick: () => !(full || working) && act("measure", { races }),
  }, words);
  return [
    h("span", { class: "mc-label", key: "head" }, "Three ways to know"),
    h("dl", { class: "rc-ways", key: "ways" },
      way("Measured", measured ? percent(measured.value) : "not yet", measured
        ? `${wins.toLocaleString("en")} of ${trials.toLocaleString("en")}; band ${percent(measured.low)} to ${percent(measured.high)}` : "", null),
      chances && way("Exact", percent(chances.exact), "Rosenfeld, 2012", measured && measured.holds_exact),
      chances && way("Nakamoto's", percent(chances.paper), "the paper of 2008", measured && measured.holds_paper)),
    !chances && h("span", { class: "mc-note", key: "hidden" }, "Both formulas are hidden until you have guessed."),
    measured && !measured.holds_exact && h("span", { class: "mc-note", key: "miss" },
      "One band of 95 % in twenty misses the truth. Another seed, other races."),
    h("div", { class: "mc-row", key: "run" }, run(10_000, "Run 10,000 races", "mc-primary"), run(100_000, "Run 100,000")),
  ];
}

function way(words, value, note, holds) {
  return h("div", { key: words },
    h("dt", null, words), h("dd", null, h("b", null, value),
      h("span", { class: "mc-note" }, note),
      holds !== null && h("span", { class: "rc-holds" }, mark(holds, holds ? "inside" : "outside"), holds ? "in the band" : "outside the band")));
}

function price(price) {
  if (!price) return null;
  return h("div", { class: "rc-price", key: "price" },
    h("span", { class: "mc-label" }, "What it costs"),
    h("dl", { class: "rc-ways" },
      way("A failed try", `${count(price.blocks)} blocks`, `at least, on average: ${price.hashes} hashes at the difficulty of block ${price.height.toLocaleString("en")}, May 2011`, null),
      way("Success", `1 try in ${count(price.tries)}`, "", null),
      way("Pays from", price.payment === null ? "never" : `${count(price.payment)} rewards`, "the payment that is worth trying for, in block rewards", null)));
}

function count(number) {
  if (number >= 1e7) return powered(number);
  return number >= 100 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(3)));
}

/** A number far from one, with its power of ten. */
function powered(number) {
  const [digits, power] = number.toExponential(1).split("e");
  const raised = [...String(Number(power))].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]));
  return `${digits} × 10${raised.join("")}`;
}
