// The fee market: settings, fee and use of gas block by block, and what the last one took.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, segments } from "./parts.js";

const TABS = [["market", "The market"], ["rule", "The rule by hand"]];
const NAMES = ["Base fee and tips", "Auction"];

const count = (number) => number.toLocaleString("en");
const gwei = (wei) => {
  const value = wei / 1e9;
  return value >= 100 ? count(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);
};
const millions = (gas) => `${(gas / 1e6).toFixed(1)} M`;

export default lesson((picture, act) => [
  h("div", { class: "mc-row", key: "tabs" },
    segments("What to look at", TABS, picture.tab, (tab) => act("tab", { tab }))),
  ...(picture.tab === "rule" ? rule(picture, act) : market(picture, act)),
]);

function market(picture, act) {
  return [
    h("div", { class: "mc-columns fm-settings", key: "settings" },
      slider("Gas that users want", `${picture.load} % of the target`, picture.load, picture.limits.load, 10, "load", act),
      slider("Tip of an ordinary user", `${picture.tip} gwei`, picture.tip, picture.limits.tip, 1, "tip", act)),
    runs(picture, act),
    h("div", { class: "mc-columns fm-main", key: "main" },
      h("div", { class: "mc-section" }, chart(picture)),
      h("div", { class: "mc-section" }, last(picture))),
    h("div", { class: "mc-columns fm-main", key: "below" },
      h("div", { class: "mc-section" }, sums(picture)),
      h("div", { class: "mc-section" }, order(picture, act))),
  ];
}

function slider(words, said, value, high, step, name, act) {
  const read = (event) => act(name, { [name]: Number.parseInt(event.target.value, 10) }, { burst: name });
  return h("label", { class: "mc-field", key: name },
    h("span", { class: "mc-label" }, `${words}: ${said}`),
    h("input", { type: "range", class: "mc-range", min: 0, max: high, step, value: String(value), burst: name, oninput: read }));
}

function runs({ mint, mint_load: load, blocks, limits, next_fee: fee, rest }, act) {
  const full = blocks >= limits.blocks;
  const run = (many, words, kind = "") =>
    button({
      key: many, class: `mc-button ${kind}`, "aria-disabled": blocks + many > limits.blocks ? "true" : "false",
      onclick: () => blocks + many <= limits.blocks && act("run", { count: many }),
    }, words);
  return h("div", { class: "mc-section", key: "runs" },
    h("div", { class: "mc-row" },
      run(1, "Sell a block", "mc-primary"), run(10, "Sell 10"), run(50, "Sell 50"),
      button({ key: "mint", class: mint ? "mc-button fm-mint" : "mc-button", "aria-pressed": mint ? "true" : "false", onclick: () => act("mint", { on: !mint }) },
        mint ? "End the mint" : "Begin a mint"),
      full && h("span", { class: "mc-note" }, `The story ends at ${limits.blocks} blocks.`)),
    h("div", { class: "mc-note" },
      `The next block's base fee is ${gwei(fee)} gwei. `,
      mint ? `A mint is on: its users want ${load} % of the target on top, and race by tips.`
        : rest > 0 ? `With so many users it comes to rest near ${gwei(rest)} gwei.` : "With so few users it sinks towards nothing."));
}

// The chart: prices above, gas below.
const [LEFT, RIGHT, TOP, MIDDLE, FLOOR, BASE] = [40, 360, 16, 140, 168, 228];

function chart({ chart, limit, target, rest }) {
  const highest = Math.max(1e9, rest ?? 0, ...chart.flatMap((at) => [at.fee, at.bid ?? 0]));
  const top = nice(highest / 1e9) * 1e9;
  const width = (RIGHT - LEFT) / Math.max(20, chart.length);
  const x = (place) => LEFT + (place + 0.5) * width;
  const y = (wei) => MIDDLE - (wei / top) * (MIDDLE - TOP);
  const path = (values) => values.map((wei, place) => (wei === null ? "" : `${place && values[place - 1] !== null ? "L" : "M"}${x(place).toFixed(1)} ${y(wei).toFixed(1)}`)).join("");
  const tall = (gas) => (gas / limit) * (BASE - FLOOR);
  const end = chart.at(-1);
  const said = end
    ? `Base fee and auction price over the last ${chart.length} blocks. Base fee now ${gwei(end.fee)} gwei; gas used ${millions(end.gas)} of ${millions(limit)}.`
    : "Base fee and use of gas, block by block; nothing is sold yet.";
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Block by block"),
      h("span", { class: "mc-note" }, end ? `blocks ${chart[0].block} to ${end.block}` : "no block yet")),
    h("svg", { class: "fm-chart", viewBox: "0 0 370 250", role: "img", "aria-label": said },
      chart.map((at, place) => at.mint && h("rect", { key: `m${at.block}`, class: "fm-season", x: x(place) - width / 2, y: TOP, width, height: BASE - TOP })),
      [0, 0.5, 1].map((part) => h("g", { key: `g${part}` },
        h("path", { class: "fm-grid", d: `M${LEFT} ${y(part * top)}H${RIGHT}` }),
        h("text", { class: "fm-axis fm-end", x: LEFT - 5, y: y(part * top) + 4 }, Number((part * top / 1e9).toPrecision(3))))),
      h("text", { class: "fm-axis", x: 4, y: 9 }, "gwei a gas"),
      rest !== null && rest > 0 && h("path", { key: "rest", class: "fm-rest", d: `M${LEFT} ${y(rest)}H${RIGHT}` }),
      h("path", { key: "bids", class: "fm-bids", d: path(chart.map((at) => at.bid)) }),
      h("path", { key: "fees", class: "fm-fees", d: path(chart.map((at) => at.fee)) }),
      h("text", { class: "fm-axis", x: 4, y: FLOOR - 7 }, "gas used"),
      chart.map((at, place) => h("rect", {
        key: `b${at.block}`, class: at.gas > target ? "fm-gas fm-over" : "fm-gas",
        x: x(place) - width * 0.4, y: BASE - tall(at.gas), width: width * 0.8, height: Math.max(0.5, tall(at.gas)),
      })),
      h("path", { key: "target", class: "fm-target", d: `M${LEFT} ${BASE - tall(target)}H${RIGHT}` }),
      h("text", { class: "fm-axis fm-end", x: LEFT - 5, y: BASE - tall(target) + 4 }, "target"),
      h("path", { class: "fm-grid", d: `M${LEFT} ${BASE}H${RIGHT}M${LEFT} ${FLOOR}H${RIGHT}` }),
      h("text", { class: "fm-axis fm-end", x: LEFT - 5, y: FLOOR + 4 }, "limit"),
      end && h("text", { class: "fm-axis fm-end", x: Math.max(LEFT + 44, x(chart.length - 1) + width / 2), y: 245 }, `block ${end.block}`)),
    h("ul", { class: "fm-key" },
      h("li", null, h("span", { class: "fm-swatch fm-swatch-fee" }), "base fee"),
      h("li", null, h("span", { class: "fm-swatch fm-swatch-bid" }), "average price in the auction"),
      rest !== null && rest > 0 && h("li", null, h("span", { class: "fm-swatch fm-swatch-rest" }), "where it comes to rest"),
      chart.some((at) => at.mint) && h("li", null, h("span", { class: "fm-patch" }), "a mint is on")),
  ];
}

/** The next round number. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value * 0.999);
}

function last({ last, blocks }) {
  const top = nice(Math.max(1e9, ...last.flatMap((side) => [side.base_fee, ...side.prices])) / 1e9) * 1e9;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "The last block: what each user pays for a gas"),
      h("span", { class: "mc-note" }, blocks ? `0 to ${gwei(top)} gwei` : "no block yet")),
    last.map((side, place) => paid(side, place, top)),
    h("ul", { class: "fm-key" },
      h("li", null, h("span", { class: "fm-box fm-burnt" }), "burnt"),
      h("li", null, h("span", { class: "fm-box fm-tip" }), "to the builder"),
      h("li", null, h("span", { "aria-hidden": "true" }, "▼"), "yours")),
  ];
}

function paid({ base_fee: base, prices, yours }, place, top) {
  const width = 340 / Math.max(30, prices.length);
  const tall = (wei) => (wei / top) * 78;
  const said = prices.length
    ? `${NAMES[place]}: ${prices.length} users pay ${gwei(prices.at(-1))} to ${gwei(prices[0])} gwei a gas${place ? "" : `, of which ${gwei(base)} are burnt`}.`
    : `${NAMES[place]}: nobody.`;
  return h("div", { key: place, class: "fm-side" },
    h("div", { class: "mc-note" }, h("b", null, NAMES[place]), prices.length ? `: ${prices.length} users, ${gwei(prices.at(-1))} to ${gwei(prices[0])} gwei` : ": nobody yet"),
    h("svg", { class: "fm-bars", viewBox: "0 0 350 92", role: "img", "aria-label": said },
      prices.map((price, at) => {
        const x = 5 + at * width;
        return h("g", { key: at },
          base > 0 && h("rect", { class: "fm-burnt", x, y: 90 - tall(base), width: width * 0.82, height: tall(base) }),
          h("rect", { class: "fm-tip", x, y: 90 - tall(price), width: width * 0.82, height: Math.max(0.4, tall(price - base)) }),
          yours.includes(at) && h("path", { class: "fm-yours", d: `M${x + width * 0.41 - 4} ${83 - tall(price)}h8l-4 6z` }));
      }),
      h("path", { class: "fm-grid", d: "M0 90.5H350" })));
}

function sums({ figures }) {
  return [
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, "The same users under both sets of rules, all blocks")),
    h("div", { class: "mc-scroll", tabindex: 0, role: "group", "aria-label": "Comparison" },
      h("table", { class: "fm-table" },
        h("thead", null, h("tr", null, h("td", null), NAMES.map((name) => h("th", { key: name, scope: "col" }, name)))),
        h("tbody", null, figures.map(([name, ...cells]) => h("tr", { key: name },
          h("th", { scope: "row" }, name), cells.map((cell, place) => h("td", { key: place }, cell))))))),
    h("div", { class: "mc-note" }, "An auction's block holds as much as a block under the base fee does on average: half the limit."),
  ];
}

function order({ order, orders, limits }, act) {
  const offer = (changes) => {
    const next = { fee: order.fee, tip: order.tip, ...changes };
    if (Number.isInteger(next.fee) && Number.isInteger(next.tip)) act("offer", next, { burst: "offer" });
  };
  const number = (words, name, low) => h("label", { class: "mc-field fm-number", key: name },
    h("span", { class: "mc-note" }, words),
    h("input", {
      type: "number", class: "mc-input", min: low, max: limits.fee, value: String(order[name]), burst: "offer",
      oninput: (event) => offer({ [name]: Number.parseInt(event.target.value, 10) }),
    }));
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Your own order: a swap, 150,000 gas")),
    h("div", { class: "mc-row fm-order" },
      number("at most, gwei", "fee", 1), number("tip, gwei", "tip", 0),
      button({ class: "mc-button", "aria-disabled": order.sent ? "true" : "false", onclick: () => !order.sent && act("send") }, order.sent ? "Goes out" : "Send it")),
    orders.length > 0
      ? h("ul", { class: "fm-orders" }, orders.map((sent) => h("li", { key: sent.block },
          h("b", null, `At most ${sent.fee} gwei, before block ${sent.block}`),
          sent.got.map((got, place) => h("span", { key: place }, `${NAMES[place]}: `, got
            ? `in block ${got.block} for ${gwei(got.price)} gwei, ${(got.paid / 1e18).toFixed(4)} ether`
            : "it waits")))))
      : h("div", { class: "mc-note" }, order.sent
          ? "It goes out before the next block is sold."
          : "You pay the base fee and the tip, never more than the most you name. In the auction you bid as the others do."),
  ];
}

function rule({ rule, limit, target }, act) {
  const change = rule.next / rule.fee - 1;
  const read = (event) => act("used", { used: Number.parseInt(event.target.value, 10) }, { burst: "used" });
  return [
    h("div", { class: "mc-section", key: "rule" },
      h("label", { class: "mc-field" },
        h("span", { class: "mc-label" }, `A block uses ${count(rule.gas)} gas of ${count(limit)}; the target is ${count(target)}`),
        h("input", { type: "range", class: "mc-range", min: 0, max: 200, value: String(rule.used), burst: "used", oninput: read })),
      h("div", { class: "fm-step" },
        h("div", null, h("div", { class: "mc-note" }, "its base fee"), h("div", { class: "mc-figure" }, count(rule.fee)), h("div", { class: "mc-note" }, "wei a gas")),
        h("div", { class: "fm-arrow", "aria-hidden": "true" }, "→"),
        h("div", null, h("div", { class: "mc-note" }, "the next block's"), h("div", { class: "mc-figure" }, count(rule.next)),
          h("div", { class: "fm-change" }, `${change >= 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(2)} %`))),
      h("div", { class: "mc-note" }, "fee + fee × (used − target) ÷ target ÷ 8, each division rounded towards the old fee.")),
    h("div", { class: "mc-section", key: "ladder" },
      h("div", { class: "mc-section-head" },
        h("span", { class: "mc-label" }, "If every block used as much"),
        rule.tenfold !== null && h("span", { class: "fm-tenfold" }, `ten times the fee after ${rule.tenfold} blocks`)),
      rule.ladder.length === 0
        ? h("div", { class: "mc-note" }, "Shown once you have guessed.")
        : h("div", { class: "mc-scroll", tabindex: 0, role: "group", "aria-label": "The fee after equal blocks" },
            h("table", { class: "fm-table fm-ladder" },
              h("thead", null, h("tr", null, ["blocks", "base fee, wei", "times the first"].map((name) => h("th", { key: name, scope: "col" }, name)))),
              h("tbody", null, rule.ladder.map(([after, fee]) => h("tr", { key: after, class: after === rule.tenfold ? "fm-hit" : "" },
                h("th", { scope: "row" }, after), h("td", null, count(fee)), h("td", null, `×${(fee / rule.fee).toFixed(3)}`))))))),
  ];
}
