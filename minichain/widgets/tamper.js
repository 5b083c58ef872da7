// The tamper lab: two copies of one chain, one of them altered, and what peers say.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, hash, mark } from "./parts.js";

export default lesson((picture, act) => [
  chain(picture, act),
  h("div", { class: "mc-columns tm-columns", key: "bench" },
    bench(picture, act),
    checks(picture)),
  race(picture, act),
]);

function chain(picture, act) {
  const { blocks, chosen, hidden } = picture;
  return h("div", { class: "mc-section", key: "chain" },
    h("div", { class: "mc-section-head" },
      h("div", { class: "tm-title" }, "Your copy"),
      h("span", { class: "mc-note" }, `${picture.valid} of ${blocks.length} blocks would be taken by an honest peer`)),
    h("div", { class: "tm-chain", role: "radiogroup", "aria-label": "Blocks of your copy", "data-roving": true },
      blocks.map((block) => {
        const state = block.broken ? (hidden ? "breaks a rule" : `breaks ${block.broken}`) : "keeps every rule";
        return button({
          key: `b${block.number}`, class: block.broken ? "tm-block tm-broken" : "tm-block", role: "radio", "data-rove": true,
          "aria-checked": block.number === chosen ? "true" : "false",
          "aria-current": block.number === chosen ? "true" : false,
          onclick: () => act("choose", { block: block.number }),
        },
        h("span", { class: "tm-head" }, h("b", null, `Block ${block.number}`), mark(!block.broken, block.broken ? "refused" : "accepted")),
        h("span", { class: "tm-line" }, "parent ", hash(block.parent, { short: 4 })),
        h("span", { class: "tm-line" }, "hash ", hash(block.hash, { short: 4 })),
        h("span", { class: "tm-pay" }, payments(block)),
        h("span", { class: "tm-state" }, block.altered ? `altered, ${state}` : state));
      })));
}

function payments(block) {
  if (block.payments.length === 0) return "no payment";
  return block.payments.map((p) => `${p.sender} pays ${p.to} ${p.value}`).join("; ");
}

function bench(picture, act) {
  const block = picture.blocks[picture.chosen - 1];
  const paid = block.payments[0];
  return h("div", { class: "mc-section tm-panel" },
    h("div", { class: "tm-title" }, `Block ${block.number}`),
    h("div", { class: "mc-label" }, "Alter it"),
    paid && h("label", { class: "mc-field" },
      h("span", { class: "mc-note" }, `What ${paid.sender} pays ${paid.to}`),
      h("input", {
        class: "mc-input mc-code", inputmode: "numeric", autocomplete: "off", value: String(paid.value), burst: "value", maxlength: 7,
        oninput: (event) => /^[0-9]{1,7}$/.test(event.target.value)
          && Number(event.target.value) <= 1000000
          && act("value", { value: Number(event.target.value) }, { burst: "value" }),
      })),
    h("div", { class: "mc-row" },
      paid && button({ class: "mc-button", onclick: () => act("drop") }, "Drop the payment"),
      button({ class: "mc-button", onclick: () => act("replace") }, "Put in a payment of Mallory's"),
      button({ class: "mc-button", onclick: () => act("time") }, "Move its time")),
    h("div", { class: "mc-label" }, "Repair it"),
    h("div", { class: "mc-row" },
      button({ class: "mc-button", onclick: () => act("root") }, "Recompute the Merkle root"),
      button({ class: "mc-button", onclick: () => act("rebuild") }, "Rebuild it as a miner would"),
      button({ class: "mc-button", onclick: () => act("link") }, "Link it to its parent")),
    h("div", { class: "mc-row" },
      button({ class: "mc-button mc-primary", onclick: () => act("mine") }, "Mine it again"),
      h("span", { class: "mc-note" }, `about ${picture.average.toLocaleString("en")} hashes`)));
}

function checks(picture) {
  const words = { true: "holds", false: "fails", null: "not asked" };
  return h("div", { class: "mc-section tm-panel" },
    h("div", { class: "tm-title" }, "What an honest peer checks"),
    picture.hidden
      ? h("div", { class: "mc-note" }, "Shown once you have guessed.")
      : h("ol", { class: "tm-checks" }, picture.checks.map((check, place) =>
        h("li", { class: check.passed === null ? "tm-check tm-skipped" : "tm-check", key: `${place}` },
          check.passed === null ? h("span", { class: "mc-mark", role: "img", "aria-label": words.null }, "–") : mark(check.passed),
          h("span", null, h("code", null, check.rule), " ", h("span", { class: "mc-note" }, check.part),
            check.passed === false && h("span", { class: "tm-detail" }, check.detail))))));
}

function race(picture, act) {
  const { odds } = picture;
  const show = (chance) => (chance === null ? "not yet" : chance.toFixed(4));
  return h("div", { class: "mc-section tm-panel", key: "race" },
    h("div", { class: "mc-section-head" },
      h("div", { class: "tm-title" }, "The race"),
      h("span", { class: "mc-note" }, `${picture.depth} blocks of yours, ${picture.honest} of the honest peers`)),
    h("label", { class: "mc-field" },
      h("span", { class: "mc-label" }, `Your share of all hash power: ${picture.share} %`),
      h("input", {
        type: "range", class: "mc-range", min: 1, max: 99, value: String(picture.share), burst: "share",
        "aria-label": "Your share of all hash power, percent",
        oninput: (event) => act("share", { share: Number(event.target.value) }, { burst: "share" }),
      })),
    h("div", { class: "mc-row" },
      button({ class: "mc-button", onclick: () => act("extend") }, "Mine a block on top"),
      button({ class: "mc-button mc-primary", onclick: () => act("publish") }, "Offer your copy to the peers"),
      button({ class: "mc-button", onclick: () => act("race") }, "Run 2,000 races")),
    picture.peers.length > 0 && h("ul", { class: "tm-peers" }, picture.peers.map((peer) => h("li", { key: peer.name }, `${peer.name} ${peer.says}.`))),
    h("dl", { class: "tm-odds" },
      entry("Spent on mining again", `${picture.hashes.toLocaleString("en")} hashes`),
      entry("Confirmations of the chosen block", String(picture.confirmations)),
      entry("Chance by the Bitcoin paper", show(odds.paper)),
      entry("Exact chance", show(odds.exact)),
      entry(`Measured, ${odds.races.toLocaleString("en")} races`, show(odds.measured))));
}

function entry(name, value) {
  return h("div", { key: name }, h("dt", { class: "mc-label" }, name), h("dd", null, value));
}
