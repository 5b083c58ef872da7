// The selfish-mining lab: two branches, a table of deeds, and a chart of what they earn.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, segments } from "./parts.js";

const WORDS = { W: "wait", A: "give up", O: "override", M: "match" };

export default lesson((picture, act) => [
  h("div", { class: "mc-row sm-top", key: "top" },
    segments("Strategy", picture.presets, picture.preset, (preset) => act("preset", { preset })),
    h("span", { class: "mc-note" }, picture.preset === "own" ? "Your own strategy." : picture.note)),
  h("div", { class: "mc-columns sm-settings", key: "settings" },
    slider("The attacker's power", picture.share, 1, 50, (share) => act("share", { share }, { burst: "share" }), "share"),
    slider("Others who take his side of a tie", picture.reach, 0, 100, (reach) => act("reach", { reach }, { burst: "reach" }), "reach")),
  h("div", { class: "mc-columns sm-main", key: "main" },
    h("div", { class: "mc-section" }, race(picture, act)),
    h("div", { class: "mc-section" }, chart(picture, act))),
  h("div", { class: "mc-section", key: "table" }, table(picture, act)),
]);

const percent = (parts, digits = 1) => `${(parts / 10000).toFixed(digits)} %`;

function slider(words, value, low, high, send, burst) {
  const read = (event) => send(Number.parseInt(event.target.value, 10));
  return h("label", { class: "mc-field", key: burst },
    h("span", { class: "mc-label" }, words, ` ${value} %`),
    h("input", { type: "range", class: "mc-range", min: low, max: high, value: String(value), burst, oninput: read }));
}

function race({ race, steps, gained, lost, orphans, earned, log }, act) {
  const find = (count, words, kind = "") =>
    button({ key: count, class: `mc-button ${kind}`, onclick: () => act("find", { count }) }, words);
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "The race"),
      h("span", { class: "mc-note" }, `${steps} block${steps === 1 ? "" : "s"} found`)),
    branches(race),
    h("div", { class: "mc-row" }, find(1, "Find a block", "mc-primary"), find(10, "Find 10"), find(100, "Find 100")),
    h("ol", { class: "sm-log", "aria-label": "The last blocks" }, [...log].reverse().slice(0, 4).map((found, place) =>
      h("li", { key: steps - place, class: found.finder === 0 ? "sm-mine" : "" },
        h("b", null, `${found.who} found it`), `; he ${found.deed}`,
        found.gained > 0 && h("span", { class: "sm-gain" }, ` · ${found.gained} of his stay`),
        found.lost > 0 && h("span", null, ` · ${found.lost} of theirs stay`)))),
    h("dl", { class: "sm-sums" },
      sum("His that stay", gained), sum("Theirs that stay", lost), sum("Lost", orphans),
      sum("He earned", earned === null ? "nothing yet" : percent(earned))),
  ];
}

function sum(words, value) {
  return h("div", { key: words }, h("dt", { class: "mc-note" }, words), h("dd", null, value));
}

/** The two branches since they parted: at most seven blocks of each are drawn. */
function branches({ secret, public: open, tied }) {
  const row = (count, y, kind) => {
    const shown = Math.min(count, 7);
    return Array.from({ length: shown }, (_, place) => {
      const x = 70 + place * 40;
      return h("g", { key: `${kind}-${place}` },
        h("path", { class: "sm-link", d: place ? `M${x - 12} ${y}h12` : `M42 60Q56 60 56 ${y}H${x}` }),
        h("rect", { class: `sm-block sm-${kind}`, x, y: y - 13, width: 28, height: 26, rx: 6 }),
        place === shown - 1 && count > shown && h("text", { class: "sm-count", x: x + 34, y: y + 5 }, `+${count - shown}`));
    });
  };
  const said = `${secret} secret and ${open} public blocks${tied ? ", a tie" : ""}`;
  return h("svg", { class: "sm-race", viewBox: "0 0 380 120", role: "img", "aria-label": said },
    h("rect", { class: "sm-block", x: 14, y: 47, width: 28, height: 26, rx: 6 }),
    row(secret, 30, tied ? "shown" : "secret"), row(open, 90, "public"),
    h("text", { class: "sm-name", x: 62, y: 11 }, tied ? "the attacker's, public" : "the attacker's, secret"),
    h("text", { class: "sm-name", x: 62, y: 117 }, "the others'"),
    tied && h("text", { class: "sm-tie", x: 14, y: 96 }, "tie"));
}

const X = (share) => 44 + share * 6.2;
const Y = (parts) => 226 - (parts / 10000) * 2.1;

function chart({ share, curve, points, threshold, expected, preset }, act) {
  const path = (pairs) => pairs.map(([x, y], place) => `${place ? "L" : "M"}${X(x).toFixed(1)} ${Y(y).toFixed(1)}`).join("");
  const said = expected === null
    ? "Share of blocks over share of power; only the honest line is drawn yet."
    : `Share of blocks over share of power. At ${share} % the strategy earns ${percent(expected)}; selfish mining pays from ${percent(threshold)} on.`;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "What it earns"),
      expected !== null && h("span", { class: expected > share * 10000 ? "sm-pays" : "mc-note" },
        `${percent(expected)} of the blocks with ${share} % of the power`)),
    h("svg", { class: "sm-chart", viewBox: "0 0 370 262", role: "img", "aria-label": said },
      [0, 25, 50, 75, 100].map((y) => h("g", { key: `y${y}` },
        h("path", { class: "sm-grid", d: `M${X(0)} ${Y(y * 10000)}H${X(50)}` }),
        h("text", { class: "sm-axis sm-end", x: 38, y: Y(y * 10000) + 4 }, y))),
      [0, 10, 20, 30, 40, 50].map((x) => h("text", { key: `x${x}`, class: "sm-axis sm-middle", x: X(x), y: 243 }, x)),
      h("text", { class: "sm-axis sm-middle", x: X(25), y: 259 }, "share of power, %"),
      h("text", { class: "sm-axis", x: 6, y: 8 }, "share of blocks, %"),
      h("path", { key: "now", class: "sm-now", d: `M${X(share)} ${Y(0)}V${Y(1000000)}` }),
      h("path", { key: "honest", class: "sm-honest", d: path([[0, 0], [50, 500000]]) }),
      curve.length > 0 && h("path", { key: "curve", class: "sm-curve", d: path(curve) }),
      threshold !== null && threshold > 0 &&
        h("circle", { key: "threshold", class: "sm-threshold", cx: X(threshold / 10000), cy: Y(threshold), r: 5 }),
      points.map(([at, value, low, high]) => h("g", { key: `p${at}`, class: "sm-point" },
        h("path", { d: `M${X(at)} ${Y(low)}V${Y(high)}M${X(at) - 4} ${Y(low)}h8M${X(at) - 4} ${Y(high)}h8` }),
        h("circle", { cx: X(at), cy: Y(value), r: 3 }))),
      expected !== null && h("path", { key: "here", class: "sm-here", d: diamond(X(share), Y(expected)) })),
    h("ul", { class: "sm-key" },
      h("li", null, h("span", { class: "sm-swatch sm-dash" }), "honest: blocks as power"),
      curve.length > 0 && h("li", null, h("span", { class: "sm-swatch" }), "selfish, by formula"),
      expected !== null && h("li", null, h("span", { class: "sm-diamond", "aria-hidden": "true" }, "◆"), preset === "own" ? "your strategy here" : "this strategy here"),
      points.length > 0 && h("li", null, h("span", { class: "sm-diamond", "aria-hidden": "true" }, "●"), "measured, 95 % band")),
    h("div", { class: "mc-row" }, button({ class: "mc-button", onclick: () => act("measure") }, "Measure this strategy")),
  ];
}

const diamond = (x, y) => `M${x} ${y - 7}l7 7l-7 7l-7 -7z`;

function table({ cells, preset }, act) {
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "The strategy, race by race"),
      h("span", { class: "mc-note" }, "Press a cell to change what he does there. Faint cells never come up.")),
    h("div", { class: "mc-scroll", tabindex: 0, role: "group", "aria-label": "The strategy's table" },
      h("table", { class: "sm-table" },
        h("thead", null, h("tr", null, h("th", { scope: "col" }, "secret ↓ public →"),
          cells[0].map((_, place) => h("th", { key: place, scope: "col" }, place)))),
        h("tbody", { "data-roving": true }, cells.map((row, secret) => h("tr", { key: secret },
          h("th", { scope: "row" }, secret),
          row.map((cell, place) => h("td", { key: place }, choice(cell, secret, place, act)))))))),
    h("div", { class: "mc-note" }, `From 5 blocks a side on it goes on as the selfish strategy does${preset === "own" ? "" : "; change a cell and it is yours"}.`),
  ];
}

function choice({ letter, allowed, met }, secret, open, act) {
  const next = allowed[(allowed.indexOf(letter) + 1) % allowed.length];
  const fixed = allowed.length === 1;
  return button({
    class: `sm-cell sm-${letter}${met ? "" : " sm-faint"}`, "data-rove": true, "aria-disabled": fixed ? "true" : "false",
    onclick: () => !fixed && act("write", { secret, public: open, letter: next }),
  }, h("span", { class: "mc-hidden" }, `${secret} secret, ${open} public: `), WORDS[letter],
     !met && h("span", { class: "mc-hidden" }, ", never comes up"));
}
