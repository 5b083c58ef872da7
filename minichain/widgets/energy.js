// The energy estimate: sliders for what is assumed, and a scale of powers of ten.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button } from "./parts.js";

const MARKS = { hashes: "●", income: "◆", stake: "▲" };

export default lesson((picture, act) => [
  h("div", { class: "mc-section", key: "scale" }, scale(picture)),
  h("div", { class: "en-said", key: "said" }, picture.said.map((words, at) => h("div", { key: at }, words))),
  h("div", { class: "mc-row", key: "deeds" },
    button({ class: "mc-button", onclick: () => act("better") }, "Machines twice as good"),
    button({ class: "mc-button", onclick: () => act("settle") }, "Let miners come and go")),
  h("div", { class: "en-ways", key: "ways" }, picture.ways.map((way) =>
    h("div", { key: way.way, class: "mc-section en-way", role: "group", "aria-label": way.words },
      h("div", { class: "mc-label" }, h("span", { "aria-hidden": "true", class: `en-${way.way}` }, MARKS[way.way], " "), way.words),
      h("div", null, h("span", { class: "mc-figure" }, way.energy), h("span", { class: "mc-note" }, " TWh a year")),
      way.assumptions.map((assumed) => slider(assumed, act))))),
]);

function slider({ name, words, shown, value, low, high }, act) {
  const read = (event) => act(name, { [name]: Number.parseInt(event.target.value, 10) }, { burst: name });
  return h("label", { class: "mc-field", key: name },
    h("span", { class: "en-words" }, h("span", null, words), h("b", null, shown)),
    h("input", { type: "range", class: "mc-range", min: low, max: high, value: String(value), burst: name, oninput: read }));
}

const X = (place) => 24 + ((place + 400) / 750) * 356; // from 10^-4 to 10^3.5
const ROWS = { hashes: 30, income: 54, stake: 78 };

function scale({ ways, published }) {
  const said = ways.map((way) => `${way.words}: ${way.energy}`).concat(published.map((one) => `${one.words}: ${one.energy}`)).join("; ");
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Terawatt-hours a year"),
      h("span", { class: "mc-note" }, "each line is ten times the one before it")),
    h("svg", { class: "en-scale", viewBox: "0 0 400 144", role: "img", "aria-label": `On a scale of powers of ten: ${said}` },
      [-4, -3, -2, -1, 0, 1, 2, 3].map((power) => h("g", { key: power },
        h("path", { class: "en-grid", d: `M${X(power * 100)} 10V118` }),
        h("text", { class: "en-axis en-middle", x: X(power * 100), y: 134 }, power < 0 ? 10 ** power : (10 ** power).toLocaleString("en")))),
      ways.map((way) => h("g", { key: way.way, class: `en-${way.way}` },
        h("path", { class: "en-stem", d: `M24 ${ROWS[way.way]}H${X(way.place)}` }),
        h("text", { class: "en-mark en-middle", x: X(way.place), y: ROWS[way.way] + 6 }, MARKS[way.way]))),
      published.map((one, at) => h("g", { key: one.words },
        h("text", { class: "en-published en-middle", x: X(one.place), y: 108 }, at + 1)))),
    h("ul", { class: "en-key" },
      ways.map((way) => h("li", { key: way.way }, h("span", { "aria-hidden": "true", class: `en-${way.way}` }, MARKS[way.way]), `${way.words}: ${way.energy}`)),
      published.map((one, at) => h("li", { key: one.words }, h("b", null, at + 1), `${one.words}: ${one.energy}`))),
  ];
}
