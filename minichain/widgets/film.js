// The reentrancy film: a strip of call frames, the books and the money in each.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, icon, mark, segments } from "./parts.js";

const VAULTS = [["pays-first", "Pays, then notes"], ["notes-first", "Notes, then pays"], ["locked", "Pays first, but locked"]];

export default lesson((picture, act) => [
  settings(picture, act),
  picture.film && strip(picture.film, act),
  picture.film && h("div", { class: "rf-shot", key: "shot" },
    h("div", { class: "mc-section" }, scene(picture.film)),
    h("div", { class: "mc-section" }, source(picture.film))),
]);

function settings({ vault, stake, others, gas, limits }, act) {
  const slider = (name, words, said, low, high, step, value) => h("label", { class: "mc-field", key: name },
    h("span", { class: "mc-note" }, words, ": ", h("b", { class: "rf-said" }, said)),
    h("input", {
      type: "range", class: "mc-range", min: low, max: high, step, value: String(value), burst: name,
      oninput: (event) => act(name, { [name]: Number.parseInt(event.target.value, 10) }, { burst: name }),
    }));
  return h("div", { class: "mc-section rf-settings", key: "settings" },
    segments("The vault", VAULTS, vault, (name) => act("vault", { vault: name })),
    h("div", { class: "rf-sliders" },
      slider("stake", "The thief deposits", `${stake} ether`, 1, limits.stake, 1, stake),
      slider("others", "Bob has deposited", `${others} ether`, 0, limits.others, 1, others),
      slider("gas", "Gas for the theft", gas.toLocaleString("en"), limits.gas[0], limits.gas[1], 10000, gas)));
}

const SHORT = { "The thief": "Thief", "The thief's contract": "His contract", "The vault": "Vault" };

function strip(film, act) {
  const { shots, shot, broken, most, kept, ending } = film;
  const on = shot < shots.length - 1;
  const tool = (words, enabled, name, send) => button({
    key: words, class: "mc-button rf-tool", "aria-disabled": enabled ? "false" : "true", onclick: () => enabled && send(),
  }, name && icon(name), words);
  return h("div", { class: "mc-section", key: "strip" },
    h("div", { class: "mc-row" },
      tool("Back", shot > 0, null, () => act("step", { by: -1 })),
      tool("Next picture", on, "next", () => act("step", { by: 1 })),
      broken !== null && tool("Where books and money part", true, null, () => act("break")),
      h("span", { class: "rf-count" }, `Picture ${shot + 1} of ${shots.length}`),
      h("span", { class: ending === "money" ? "rf-stolen" : "mc-note" },
        kept ? `the thief is paid ${kept === 1 ? "once" : `${kept} times`}` : "in the end the thief is paid nothing")),
    h("div", { class: "rf-strip", role: "group", "aria-label": "The film", "data-roving": true, scrollLeft: Math.max(0, (shot - 1) * 168) }, shots.map((one) => frame(one, shot, most, act))),
    h("div", { class: "mc-note rf-key" },
      h("span", null, h("i", { class: "rf-swatch rf-owed" }), "noted for Bob"),
      h("span", null, h("i", { class: "rf-swatch rf-thief" }), "noted for the thief"),
      h("span", null, h("i", { class: "rf-swatch rf-held" }), "held"),
      h("span", null, "The further down a picture hangs, the deeper its call.")));
}

const title = (one) => (one.kind === "back" ? "goes on" : one.kind === "undone" ? "all undone" : one.function || "is paid");

function frame(one, shot, most, act) {
  const { after, kind, place } = one;
  const now = place === shot;
  const head = kind === "call" ? `${SHORT[one.caller]} → ${SHORT[one.to]}` : kind === "back" ? SHORT[one.to] : "Every frame";
  const bad = one.refusal || kind === "undone";
  return button({
      key: `f${place}`, "data-rove": true, "aria-current": now ? "true" : false,
      class: `rf-frame${now ? " rf-now" : ""}${after.short ? " rf-short" : ""}${one.broken ? " rf-broken" : ""}${bad ? " rf-bad" : ""}`,
      style: { "margin-block-start": `${Math.min(one.depth - 1, 9) * 7}px` },
      onclick: () => act("go", { shot: place }),
    },
    h("span", { class: "rf-head" }, h("span", { class: "mc-hidden" }, "Picture "), h("span", { class: "rf-number" }, String(place + 1)), head),
    h("b", { class: "rf-title" }, title(one)),
    h("span", { class: "rf-value" }, one.value && h("span", { class: "rf-coin" }, one.value), one.refusal && "refused"),
    bars(after, most, 8),
    h("span", { class: "rf-sum" }, `owes ${after.owes}, holds ${after.holds}`, one.broken ? h("b", { class: "rf-parts" }, "they part") : after.short && h("span", { class: "mc-hidden" }, "too little")));
}

/** What the books say above what there is, to one scale. */
function bars({ bob, thief, holds }, most, height) {
  const x = (ether) => (116 * ether) / Math.max(1, most);
  return h("svg", { class: "rf-bars", viewBox: `0 0 118 ${2 * height + 4}`, "aria-hidden": "true" },
    bob > 0 && h("rect", { class: "rf-owed", x: 1, y: 1, width: x(bob), height }),
    thief > 0 && h("rect", { class: "rf-thief", x: 1 + x(bob), y: 1, width: x(thief), height }),
    h("rect", { class: "rf-frame-line", x: 1, y: height + 3, width: 116, height }),
    holds > 0 && h("rect", { class: "rf-held", x: 1, y: height + 3, width: x(holds), height }));
}

function scene({ shots, shot, most, told, ending }) {
  const one = shots[shot];
  const last = shot === shots.length - 1;
  const line = (words, name) => {
    const [before, after] = [one.before[name], one.after[name]];
    return h("tr", { key: name, class: name === "holds" && one.after.short ? "rf-lack" : "" },
      h("th", { scope: "row" }, words), h("td", null, before),
      h("td", null, before === after ? after : h("b", { class: "mc-changed" }, after)));
  };
  return [
    h("div", { class: "rf-who" },
      one.kind === "call" && [h("b", null, one.caller), h("span", { class: "rf-arrow" }, one.value ? ` pays ${one.value} → ` : " calls → ")],
      h("b", null, one.kind === "undone" ? "Every frame fails" : one.to), one.kind !== "undone" && one.function && h("code", { class: "rf-code" }, one.function),
      one.kind === "back" && " goes on"),
    h("div", { class: "rf-told" }, (one.refusal || one.broken) && mark(false, one.broken ? "broken rule" : "fails"), h("span", null, one.told)),
    one.broken && h("div", { class: "mc-note" }, h("code", { class: "mc-rule" }, "books-and-money"), " What a vault owes it must hold, whenever somebody else's code runs."),
    one.waiting > 0 && h("div", { class: "mc-note" }, one.waiting === 1 ? "One withdrawal waits meanwhile; it has not ended." : `${one.waiting} withdrawals wait meanwhile, one in the other; none has ended.`),
    h("div", { class: "rf-big" }, bars(one.after, most, 14)),
    h("table", { class: "rf-table" },
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Ether"), h("th", { scope: "col" }, "before"), h("th", { scope: "col" }, "after"))),
      h("tbody", null,
        line("Noted for Bob", "bob"), line("Noted for the thief", "thief"), line("The vault owes", "owes"), line("The vault holds", "holds"), line("The thief's contract has", "spoils"))),
    last && h("div", { class: ending === "money" ? "rf-end rf-bad-end" : "rf-end" }, told),
  ];
}

function source({ source: { name, rows } }) {
  return [
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, `${name}${rows.length ? ", in Vyper" : ""}`),
      h("span", { class: "mc-note" }, rows.length ? "bars mark the lines that run in this picture" : "")),
    rows.length === 0
      ? h("div", { class: "mc-note" }, "No code of a contract runs in this picture.")
      : h("div", { class: "rf-lines mc-scroll", tabindex: 0, role: "group", "aria-label": "The lines of the function" }, rows.map((row) => h("div", {
          key: `${name}-${row.number}`, class: `rf-line${row.ran ? " rf-ran" : ""}${row.now ? " rf-here" : ""}`,
        }, h("span", { class: "rf-at" }, row.now ? "▸" : "", String(row.number)), h("code", { class: "rf-code" }, row.text || " ")))),
  ];
}
