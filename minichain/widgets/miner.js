// The miner: the header with its nonce, the search, and the chain that comes of it.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, field, hash, mark } from "./parts.js";

const count = (number) => number.toLocaleString("en");

export default lesson((picture, act) => [
  picture.chain.length > 0 && chain(picture.chain),
  h("div", { class: "mc-columns mn-block", key: "block" },
    h("div", { class: "mc-section" },
      h("div", { class: "mc-section-head" },
        h("span", { class: "mc-label" }, `Block ${picture.height}`),
        h("span", { class: "mc-note" }, "80 bytes are hashed, twice")),
      field("Its content", picture.message, {
        burst: "message", limit: picture.limits.message,
        send: (message) => act("message", { message }, { burst: "message" }),
      }),
      header(picture.fields)),
    h("div", { class: "mc-section" },
      target(picture, act),
      search(picture, act))),
  result(picture),
]);

function header(fields) {
  return h("dl", { class: "mn-fields" }, fields.map(([name, said, digits]) =>
    h("div", { key: name, class: name === "nonce" ? "mn-field mn-nonce" : "mn-field" },
      h("dt", null, name, h("span", { class: "mc-note" }, ` ${said}`)),
      h("dd", null, hash(digits, { short: 8 })))));
}

function target({ zeros, limits, work }, act) {
  const [low, high] = limits.zeros;
  return h("label", { class: "mc-field" },
    h("span", { class: "mc-label" }, `Zero bits at the beginning: ${zeros}`),
    h("input", {
      type: "range", class: "mc-range", min: low, max: high, value: String(zeros), burst: "zeros",
      oninput: (event) => act("zeros", { zeros: Number.parseInt(event.target.value, 10) }, { burst: "zeros" }),
    }),
    h("span", { class: "mc-note" }, `On average ${count(work)} hashes.`));
}

function search(picture, act) {
  const { tried, work, ended, rate, found, working, full, real } = picture;
  const share = Math.min(1, tried / (3 * work));
  return h("div", { class: "mn-search" },
    h("div", { class: "mc-row" },
      !found && button({
        class: "mc-button mc-primary", "aria-disabled": working ? "true" : "false",
        onclick: () => !working && act("search"),
      }, tried && !working ? "Search on" : "Search"),
      found && button({
        class: "mc-button mc-primary", "aria-disabled": full ? "true" : "false",
        onclick: () => !full && act("extend"),
      }, full ? "The chain is full" : "Mine the next block on it")),
    h("div", { class: "mn-figures" },
      h("div", null, h("div", { class: "mc-figure" }, count(tried)), h("div", { class: "mc-note" }, "hashes made")),
      h("div", null, h("div", { class: "mc-figure" }, rate === null ? "–" : speed(rate)), h("div", { class: "mc-note" }, "a second"))),
    h("div", { class: "mn-odds" },
      h("svg", { class: "mn-bar", viewBox: "0 0 300 26", preserveAspectRatio: "none", "aria-hidden": "true" },
        h("rect", { class: "mn-rail", x: 0, y: 6, width: 300, height: 12, rx: 4 }),
        h("rect", { class: "mn-fill", x: 0, y: 6, width: 300 * share, height: 12, rx: 4 }),
        h("path", { class: "mn-average", d: "M100 2V22" })),
      h("div", { class: "mc-note" }, tried
        ? `${(tried / work).toFixed(2)} of the average, the mark. Of a hundred such searches ${(ended / 100).toFixed(0)} end by here; those left have as far to go as at the start.`
        : "The mark is the average. The search may end long before it, or long after.")),
    real.years !== null &&
      h("div", { class: "mc-note" }, `At this speed a real block, number ${count(real.height)} of May 2011, would take ${span(real.years)}.`));
}

function speed(rate) {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)} M`;
  return rate >= 1e3 ? `${(rate / 1e3).toFixed(0)} k` : String(rate);
}

function span(years) {
  if (years >= 1.5) return `${count(Math.round(years))} years`;
  const days = years * 365.25;
  return days >= 1.5 ? `${count(Math.round(days))} days` : `${count(Math.max(1, Math.round(days * 24)))} hours`;
}

function result(picture) {
  const { tried, found, target, best } = picture;
  const shown = found ? picture.hash : best?.hash ?? picture.hash;
  return h("div", { class: found ? "mn-result mn-found" : "mn-result", key: "result" },
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, found ? "The hash" : best ? `The lowest hash so far, ${best.zeros} zero bits` : tried ? "The last hash" : "The hash with nonce 0"),
      found && h("span", { class: "mn-verdict" }, mark(true), `low enough after ${count(tried)} hash${tried === 1 ? "" : "es"}; to check it takes one`)),
    h("div", { class: "mn-compare" },
      h("span", { class: "mc-note" }, "hash"), zeros(shown),
      h("span", { class: "mc-note" }, "target"), zeros(target)));
}

/** Hexadecimal digits with the zeros in front set apart. */
function zeros(digits) {
  const front = digits.length - digits.replace(/^0+/, "").length;
  return h("span", { class: "mc-hash" }, h("span", { class: "mn-zeros" }, digits.slice(0, front)), digits.slice(front));
}

function chain(blocks) {
  return h("ol", { class: "mn-chain", key: "chain", "aria-label": "The chain" }, blocks.map((block) =>
    h("li", { key: block.height },
      h("b", null, `Block ${block.height}`), h("span", { class: "mn-message" }, block.message),
      h("span", null, zeros(block.hash.slice(0, 12)), "…"),
      h("span", { class: "mc-note" }, `${block.zeros} bits, ${block.luck} % of the average`))));
}
