// The ordering lab: the mempool, the block that comes of it, and who gains and loses.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, icon, mark, segments } from "./parts.js";

const ROLES = [["searcher", "You tip for a place"], ["builder", "You build the block"]];
const ATTACKS = [["none", "nothing"], ["front-run", "a purchase before"], ["sandwich", "a sandwich"]];
const LIMITS = [[10000, "any price"], [500, "5 % less"], [100, "1 % less"], [10, "0.1 % less"]];

export default lesson((picture, act) => [
  h("div", { class: "mc-columns od-settings", key: "settings" },
    attack(picture, act),
    defence(picture, act)),
  headline(picture),
  h("div", { class: "mc-columns od-main", key: "main" },
    h("div", { class: "mc-section" }, mempool(picture, act)),
    h("div", { class: "mc-section" }, block(picture, act))),
  h("div", { class: "mc-columns od-main", key: "below" },
    h("div", { class: "mc-section" }, changes(picture)),
    h("div", { class: "mc-section" }, amounts(picture, act))),
]);

function attack(picture, act) {
  const sends = picture.attack !== "none";
  return h("div", { class: "mc-section od-panel", key: "attack" },
    h("div", { class: "mc-label" }, "You"),
    segments("Your role", ROLES, picture.role, (role) => act("role", { role })),
    h("div", { class: "mc-note" }, "What do you send?"),
    segments("Your attack", ATTACKS, picture.attack, (name) => act("attack", { attack: name })),
    sends && slider("You buy for", `${(picture.amount / 1000).toFixed(2)} ether`, picture.amount, 10, 5000, 10, "amount", (amount) => act("amount", { amount }, { burst: "amount" })),
    sends && picture.role === "searcher" && slider("Tip of your purchase", `${picture.first} gwei`, picture.first, 0, 20, 1, "first", (tip) => act("first", { tip }, { burst: "first" })),
    picture.attack === "sandwich" && picture.role === "searcher" && slider("Tip of your sale", `${picture.second} gwei`, picture.second, 0, 20, 1, "second", (tip) => act("second", { tip }, { burst: "second" })));
}

function defence(picture, act) {
  return h("div", { class: "mc-section od-panel", key: "defence" },
    h("div", { class: "mc-label" }, "Vera's defence"),
    h("div", { class: "mc-note" }, "She takes, compared with the quote:"),
    segments("Vera's limit", LIMITS, picture.limit, (limit) => act("limit", { limit })),
    toggle("The pool trades only what was committed to a block before", picture.sealed, (on) => act("sealed", { on })),
    picture.sealed && toggle("You too had committed, not knowing of Vera", picture.blind, (on) => act("blind", { on })),
    h("div", { class: "mc-note" }, picture.sealed
      ? "A commitment is a hash: it says neither what is traded nor how much. Now she opens hers, and it is too late to commit."
      : picture.limit < 10000
        ? "Below her limit the pool undoes the trade. She keeps her ether and pays for the gas."
        : "Without a limit she takes whatever the pool gives when her turn comes."));
}

function slider(words, said, value, low, high, step, burst, send) {
  return h("label", { class: "mc-field", key: burst },
    h("span", { class: "mc-note" }, words, ": ", h("b", { class: "od-said" }, said)),
    h("input", { type: "range", class: "mc-range", min: low, max: high, step, value: String(value), burst, oninput: (event) => send(Number.parseInt(event.target.value, 10)) }));
}

function toggle(words, on, send) {
  return h("label", { class: "od-toggle", key: words },
    h("input", { type: "checkbox", checked: on, onchange: (event) => send(event.target.checked) }),
    h("span", null, words));
}

function headline({ vera, gain, refused }) {
  if (refused) {
    return h("div", { class: "od-head od-refused", key: "head" },
      mark(false, "refused"), h("span", null, "The chain takes no such block. ", h("code", { class: "mc-rule" }, refused[0]), ` ${refused[1]}`));
  }
  const reverts = vera.lost === 10000;
  return h("div", { class: "od-head", key: "head" },
    h("div", null,
      h("div", { class: "mc-note" }, "Vera gets"),
      h("div", { class: "od-figure" }, vera.got === null ? "–" : reverts ? "nothing" : `${vera.got} GLD`),
      h("div", { class: vera.lost > 0 ? "od-lost" : "mc-note" },
        vera.got === null ? "her order is not in the block"
          : reverts ? "her trade reverts; she keeps her ether and pays the gas"
            : vera.lost > 0 ? `${(vera.lost / 100).toFixed(1)} % less than ${vera.fair.slice(0, 6)} without you`
              : "as much as without you")),
    h("div", null,
      h("div", { class: "mc-note" }, "You have, after fees"),
      h("div", { class: "od-figure" }, gain === null ? "what you had" : `${gain.ether} ether`),
      gain !== null && h("div", { class: gain.sign === "good" ? "od-gain" : gain.sign === "bad" ? "od-lost" : "mc-note" },
        gain.tokens ? `and ${gain.tokens} GLD` : gain.sign === "good" ? "a gain, and Vera paid for it" : "a loss")));
}

function mempool({ waiting, evicted, room, base_fee: base }, act) {
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "The mempool"),
      h("span", { class: "mc-note" }, `${waiting.length} of ${room} places, base fee ${base} gwei`)),
    h("ol", { class: "od-list", "aria-label": "The mempool, as tips order it" }, waiting.map((at) =>
      h("li", { key: at.name, class: kind(at.name) },
        h("span", { class: "od-who" }, h("b", null, at.who), ` ${at.says}`),
        h("span", { class: "od-tip" }, `tip ${at.tip} gwei · nonce ${at.nonce}`),
        at.who !== "You" && h("span", { class: "od-tools" },
          button({ class: "mc-link", onclick: () => act("bump", { name: at.name, percent: 5 }) }, "+5 %", h("span", { class: "mc-hidden" }, ` fee for ${at.who}, ${at.says}`)),
          button({ class: "mc-link", onclick: () => act("bump", { name: at.name, percent: 10 }) }, "+10 %", h("span", { class: "mc-hidden" }, ` fee for ${at.who}, ${at.says}`)))))),
    evicted.length > 0 && h("div", { class: "od-evicted" }, mark(false, "dropped"),
      h("span", null, `No room: dropped is ${evicted.map((gone) => `${gone.who}, ${gone.says}`).join("; ")}.`)),
    h("div", { class: "mc-row" }, button({ class: "mc-button", onclick: () => act("crowd") }, "A stranger's payment arrives")),
    h("div", { class: "mc-note" }, "The highest tip comes first, but a sender's orders go by their nonces. A replacement must pay 10 % more; when room is short, the cheapest goes."),
  ];
}

const kind = (name) => (name.startsWith("you") ? "od-you" : name === "vera" ? "od-vera" : "");

function block(picture, act) {
  const { role, order, lines, waiting, block: id } = picture;
  const builds = role === "builder";
  const outcome = Object.fromEntries(lines.map((line) => [line.name, line]));
  const known = Object.fromEntries(waiting.map((at) => [at.name, at]));
  const out = waiting.filter((at) => !order.includes(at.name));
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, builds ? "Your block" : "The block, as tips order it"),
      h("span", { class: "mc-note" }, id ? `built and validated: ${id.slice(0, 10)}…` : "not built")),
    h("ol", { class: "od-list", "aria-label": "The block" }, order.filter((name) => known[name]).map((name, place) =>
      row(known[name], outcome[name], place, order.length, builds, act))),
    builds && out.length > 0 && h("div", { class: "mc-row" },
      h("span", { class: "mc-note" }, "Left out:"),
      out.map((at) => button({ key: at.name, class: "mc-link", onclick: () => act("put", { name: at.name }) }, `${at.who}, ${at.says}`))),
  ];
}

function row(at, line, place, count, builds, act) {
  const move = (later, words, glyph, able) => button({
    key: words, class: "mc-tool od-move", title: words, "aria-label": `${words}: ${at.who}, ${at.says}`, "aria-disabled": able ? "false" : "true",
    onclick: () => able && act("move", { name: at.name, later }),
  }, glyph);
  return h("li", { key: at.name, class: kind(at.name) },
    h("span", { class: "od-who" }, `${place + 1}. `, h("b", null, at.who), ` ${at.says}`),
    line && h("span", { class: line.ok ? "od-done" : "od-failed" }, mark(line.ok, line.ok ? "done" : "reverts"),
      line.ok ? (line.got ? `gets ${line.got}` : "done") : `reverts: ${line.reason}`),
    builds && h("span", { class: "od-tools" },
      move(false, "Earlier", "↑", place > 0), move(true, "Later", "↓", place < count - 1),
      button({ class: "mc-tool od-move", title: "Leave out", "aria-label": `Leave out: ${at.who}, ${at.says}`, onclick: () => act("leave", { name: at.name }) }, icon("remove"))));
}

function changes({ changes, pool }) {
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Who has more, and who less"),
      h("span", { class: "mc-note" }, `the pool: ${pool[0][0]} ether and ${pool[0][1]} GLD before, ${pool[1][0]} and ${pool[1][1]} after`)),
    changes.length > 0 && h("div", { class: "mc-scroll", tabindex: 0, role: "group", "aria-label": "Changes" },
      h("table", { class: "od-table" },
        h("thead", null, h("tr", null, ["", "ether", "GLD", "fees and tips, ether"].map((name, place) =>
          place ? h("th", { key: name, scope: "col" }, name) : h("td", { key: "none" })))),
        h("tbody", null, changes.map((change) => h("tr", { key: change.who, class: change.who === "You" ? "od-mine" : "" },
          h("th", { scope: "row" }, change.who),
          ["ether", "tokens", "fees"].map((name) => h("td", { key: name }, change[name] || "–"))))))),
  ];
}

const X = (amount) => 50 + (Math.log10(amount / 10) / Math.log10(500)) * 300;

/** What a sandwich brings by its size; a cross where Vera does not trade. */
function amounts({ points, amount, attack }, act) {
  const most = Math.max(0.001, ...points.map(([, gain]) => gain / 1e6));
  const least = Math.min(-0.001, ...points.map(([, gain]) => gain / 1e6));
  const y = (ether) => 24 + ((most - ether) / (most - least)) * 140;
  const best = points.reduce((a, b) => (b[1] > a[1] ? b : a), [0, -Infinity]);
  const said = points.length === 0
    ? "Gain by amount; nothing is tried yet."
    : `Gain by amount. The best of those tried is ${best[0] / 1000} ether, with ${(best[1] / 1e6).toFixed(4)} ether.`;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "How much to buy for?"),
      points.length > 0 && h("span", { class: "mc-note" }, `best of those tried: ${best[0] / 1000} ether`)),
    h("div", { class: "mc-row" }, button({ class: "mc-button", onclick: () => act("sweep") }, "Try every amount")),
    points.length > 0 && h("svg", { class: "od-chart", viewBox: "0 0 370 206", role: "img", "aria-label": said },
      [most, 0, least].filter((ether, place) => place === 1 || Math.abs(y(ether) - y(0)) > 12).map((ether) => h("g", { key: `g${ether}` },
        h("path", { class: ether === 0 ? "od-zero" : "od-grid", d: `M44 ${y(ether)}H360` }),
        h("text", { class: "od-axis od-end", x: 40, y: y(ether) + 4 }, ether === 0 ? "0" : ether.toFixed(3)))),
      h("text", { class: "od-axis", x: 2, y: 9 }, "gain in ether"),
      [10, 100, 1000, 5000].map((at) => h("text", { key: at, class: "od-axis od-middle", x: X(at), y: 184 }, at / 1000)),
      h("text", { class: "od-axis od-middle", x: 200, y: 200 }, "you buy for, ether"),
      attack !== "none" && amount >= 10 && amount <= 5000 && h("path", { class: "od-here", d: `M${X(amount)} 20V168` }),
      points.map(([at, gain, trades]) => trades
        ? h("circle", { key: at, class: "od-dot", cx: X(at), cy: y(gain / 1e6), r: 4 })
        : h("path", { key: at, class: "od-cross", d: `M${X(at) - 4} ${y(gain / 1e6) - 4}l8 8m0-8l-8 8` }))),
    points.length > 0 && h("div", { class: "mc-note" }, "A dot: Vera trades. A cross: she does not, and you pay the pool's fee both ways. Gas is counted."),
  ];
}
