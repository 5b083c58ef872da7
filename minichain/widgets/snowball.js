// Snowball voting: a crowd of circles and squares, the last poll, chances, many runs.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark, segments } from "./parts.js";

const PRESETS = [["small", "Small steps"], ["mainnet", "15 of 20"], ["lucky", "α too small"], ["lied-to", "A quarter lies"]];
const RULES = [["slush", "Slush"], ["snowflake", "Snowflake"], ["snowball", "Snowball"]];
const NAMES = ["circle", "square"];
const SHAPES = ["●", "■"];

export default lesson((picture, act) => [
  h("div", { class: "mc-row", key: "top" },
    segments("Vote to begin from", PRESETS, picture.preset, (preset) => act("preset", { preset })),
    picture.preset === "own" && h("span", { class: "mc-note" }, "Your own numbers.")),
  h("div", { class: "sw-settings", key: "settings" },
    slider("Squares at first, of the honest", `${picture.split} %`, picture.split, 0, 100, "split", act),
    slider("The adversary's share", `${picture.share} %`, picture.share, 0, 50, "share", act),
    slider("K, peers asked", picture.sample, picture.sample, 1, 20, "sample", act),
    slider("α, answers alike wanted", picture.quorum, picture.quorum, Math.floor(picture.sample / 2) + 1, picture.sample, "quorum", act),
    slider("β, such polls in a row", picture.threshold, picture.threshold, 1, 30, "threshold", act),
    h("div", { class: "mc-field", key: "rule" }, h("span", { class: "mc-label" }, "Memory"),
      segments("Memory of a node", RULES, picture.rule, (rule) => act("rule", { rule })))),
  h("div", { class: "mc-columns sw-main", key: "main" },
    h("div", { class: "mc-section" }, crowd(picture, act)),
    h("div", { class: "mc-section" }, last(picture), tide(picture))),
  picture.verdict && verdict(picture),
  h("div", { class: "mc-columns sw-main", key: "below" },
    h("div", { class: "mc-section" }, chances(picture)),
    h("div", { class: "mc-section" }, runs(picture, act))),
]);

function slider(words, shown, value, low, high, name, act) {
  const read = (event) => act(name, { [name]: Number.parseInt(event.target.value, 10) }, { burst: name });
  return h("label", { class: "mc-field", key: name },
    h("span", { class: "mc-label" }, words, ` ${shown}`),
    h("input", { type: "range", class: "mc-range", min: low, max: high, value: String(value), burst: name, oninput: read }));
}

const WIDE = 10; // nodes in a row

function crowd({ crowd, adversaries, nodes, prefer, decided, poll, round, polls, over }, act) {
  const rows = Math.ceil(nodes / WIDE);
  const asked = new Set(poll?.asked ?? []);
  const step = (kind, words, can, look = "") =>
    button({ key: kind, class: `mc-button ${look}`, "aria-disabled": can ? "false" : "true", onclick: () => can && act(kind) }, words);
  const said = `${prefer[0]} prefer the circle, ${prefer[1]} the square, ${decided[0] + decided[1]} have decided${adversaries ? `; ${adversaries} of the adversary` : ""}`;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, `● ${prefer[0]}  ■ ${prefer[1]}`),
      h("span", { class: "mc-note" }, `round ${round}, ${polls} polls; decided ● ${decided[0]}, ■ ${decided[1]}`)),
    h("svg", { class: "sw-crowd", viewBox: `0 0 ${WIDE * 36} ${rows * 36}`, role: "img", "aria-label": said },
      crowd.map((node, at) => dot(node, at, asked.has(at), poll?.node === at)),
      Array.from({ length: adversaries }, (_, at) => liar(crowd.length + at, asked.has(crowd.length + at)))),
    h("div", { class: "mc-row" },
      step("poll", "One poll", !over, "mc-primary"), step("round", "A round", !over), step("finish", "To the end", !over), step("again", "From the start", polls > 0)),
    h("div", { class: "mc-note" }, "The number is of quorums in a row; full with a tick: decided; ✕: the adversary's. Thick ring: asked last; dashed ring: was asked by it."),
  ];
}

const place = (at) => [(at % WIDE) * 36 + 18, Math.floor(at / WIDE) * 36 + 18];

function dot({ colour, count, decided }, at, asked, asking) {
  const [x, y] = place(at);
  const look = `sw-node sw-${NAMES[colour]}${decided ? " sw-done" : ""}`;
  return h("g", { key: at },
    (asked || asking) && h("rect", { class: asking ? "sw-asking" : "sw-asked", x: x - 16, y: y - 16, width: 32, height: 32, rx: 9 }),
    colour === 0
      ? h("circle", { key: "c", class: look, cx: x, cy: y, r: 12 })
      : h("rect", { key: "s", class: look, x: x - 11, y: y - 11, width: 22, height: 22, rx: 2 }),
    h("text", { class: decided ? "sw-count sw-on" : "sw-count", x, y: y + 4 }, decided ? "✓" : count || ""));
}

function liar(at, asked) {
  const [x, y] = place(at);
  return h("g", { key: at },
    asked && h("rect", { class: "sw-asked", x: x - 16, y: y - 16, width: 32, height: 32, rx: 9 }),
    h("path", { class: "sw-liar", d: `M${x} ${y - 13}l13 13l-13 13l-13 -13z` }),
    h("text", { class: "sw-count", x, y: y + 4 }, "✕"));
}

function last({ poll, quorum, sample, rule, threshold }) {
  if (poll === null) {
    return [h("div", { class: "mc-section-head", key: "head" }, h("span", { class: "mc-label" }, "The last poll")),
      h("div", { class: "sw-last mc-note", key: "last" }, "Nobody has asked yet.")];
  }
  const { node, answers, success, before, after } = poll;
  const turned = before.colour !== after.colour;
  return [
    h("div", { class: "mc-section-head", key: "head" },
      h("span", { class: "mc-label" }, `Node ${node} asked ${sample}`),
      h("span", { class: success === null ? "mc-note" : "sw-found" }, success === null ? `no ${quorum} alike` : `a quorum for the ${NAMES[success]}`)),
    h("div", { class: "sw-last", key: "last" },
      h("div", { class: "sw-answers", role: "img", "aria-label": `${answers[0]} circles, ${answers[1]} squares, ${quorum} wanted` },
        [...Array(answers[0]).fill(0), ...Array(answers[1]).fill(1)].map((colour, at) =>
          h("span", { key: at, class: `sw-answer sw-text-${NAMES[colour]}` }, SHAPES[colour]))),
      h("div", null, `${SHAPES[0]} ${answers[0]}, ${SHAPES[1]} ${answers[1]}. `, h("b", null,
        after.decided ? `It decides for the ${NAMES[after.colour]}.` : turned ? `It turns to the ${NAMES[after.colour]}.` : `It stays with the ${NAMES[after.colour]}.`)),
      h("div", { class: "mc-note" }, rule === "slush"
        ? `Polls held: ${after.count} of ${threshold}.`
        : `In a row: ${before.count} → ${after.count} of ${threshold}.`,
        rule === "snowball" && ` Quorums it ever had: ● ${after.confidence[0]}, ■ ${after.confidence[1]}.`)),
  ];
}

/** How many preferred each colour, round by round. */
function tide({ tide, crowd }) {
  const last = Math.max(10, tide.length - 1);
  const X = (round) => 34 + (round * 320) / last;
  const Y = (count) => 118 - (count / crowd.length) * 104;
  const path = (of) => tide.map((count, at) => `${at ? "L" : "M"}${X(at).toFixed(1)} ${Y(of(count)).toFixed(1)}`).join("");
  const ticks = last > 30 ? 10 : last > 12 ? 5 : 2;
  return [
    h("div", { class: "mc-section-head", key: "tide-head" }, h("span", { class: "mc-label" }, "How the crowd tips")),
    h("svg", { key: "tide", class: "sw-chart", viewBox: "0 0 364 150", role: "img", "aria-label": `Nodes that prefer the circle, by round: ${tide.slice(0, 12).join(", ")}${tide.length > 12 ? ` … ${tide.at(-1)}` : ""}` },
      [0, 0.5, 1].map((part) => h("g", { key: part },
        h("path", { class: "sw-grid", d: `M34 ${Y(part * crowd.length)}H354` }),
        h("text", { class: "sw-axis sw-end", x: 28, y: Y(part * crowd.length) + 4 }, Math.round(part * crowd.length)))),
      Array.from({ length: Math.floor(last / ticks) + 1 }, (_, at) =>
        h("text", { key: `t${at}`, class: "sw-axis sw-middle", x: X(at * ticks), y: 134 }, at * ticks)),
      h("text", { class: "sw-axis sw-middle", x: 194, y: 147 }, "round"),
      h("path", { class: "sw-line", d: path((count) => count) }),
      h("path", { class: "sw-line sw-line-square", d: path((count) => crowd.length - count) }),
      tide.map((count, at) => h("g", { key: `p${at}` },
        h("circle", { class: "sw-point", cx: X(at), cy: Y(count), r: 3.5 }),
        h("rect", { class: "sw-point-square", x: X(at) - 3, y: Y(crowd.length - count) - 3, width: 6, height: 6 })))),
  ];
}

const ENDS = {
  agreed: "All decided alike", split: "Safety is broken: two nodes decided differently", stalled: "Stalled: some never decide",
};

function verdict({ verdict }) {
  const good = verdict.kind === "agreed";
  return h("div", { class: good ? "mc-notice" : "mc-notice mc-bad", key: "verdict" }, mark(good),
    h("div", null, h("b", null, ENDS[verdict.kind], good ? `, for the ${NAMES[verdict.colour]}.` : "."),
      verdict.lines.map((line, at) => h("div", { key: at }, line))));
}

function chances({ curve, chances, sample, quorum }) {
  const X = (share) => 34 + share * 3.2;
  const Y = (part) => 138 - part * 0.0124;
  return [
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, `Chance to find ${quorum} of ${sample}`)),
    chances === null
      ? h("div", { class: "mc-note" }, "It is drawn here once you have made your guess.")
      : [
        h("svg", { key: "curve", class: "sw-chart", viewBox: "0 0 364 172", role: "img", "aria-label": `Chance that a poll succeeds over the share of its colour, ${chances.map((row) => `${row.share} %: ${row.here}`).join(", ")}` },
          [0, 5000, 10000].map((part) => h("g", { key: part },
            h("path", { class: "sw-grid", d: `M34 ${Y(part)}H354` }),
            h("text", { class: "sw-axis sw-end", x: 28, y: Y(part) + 4 }, part / 10000))),
          [0, 25, 50, 75, 100].map((share) => h("text", { key: `x${share}`, class: "sw-axis sw-middle", x: X(share), y: 154 }, share)),
          h("text", { class: "sw-axis sw-middle", x: 194, y: 168 }, "share of the colour, %"),
          h("path", { class: "sw-half", d: `M${X(50)} ${Y(0)}V${Y(10000)}` }),
          h("path", { class: "sw-curve", d: curve.map(([share, part], at) => `${at ? "L" : "M"}${X(share).toFixed(1)} ${Y(part).toFixed(1)}`).join("") })),
        h("div", { class: "mc-scroll", key: "table", tabindex: 0, role: "group", "aria-label": "Chances of a poll" },
          h("table", { class: "sw-table" },
            h("thead", null, h("tr", null, h("th", { scope: "col" }, "share"), chances.map((row) => h("th", { key: row.share, scope: "col" }, `${row.share} %`)))),
            h("tbody", null,
              h("tr", null, h("th", { scope: "row" }, `${quorum} of ${sample}`), chances.map((row) => h("td", { key: row.share }, row.here))),
              !(sample === 20 && quorum === 15) && h("tr", null, h("th", { scope: "row" }, "15 of 20"), chances.map((row) => h("td", { key: row.share }, row.mainnet)))))),
      ],
  ];
}

const OUTCOMES = ["all ●", "all ■", "split", "stalled"];

function runs({ measured }, act) {
  const rate = ([value, low, high]) => `${(value / 10).toFixed(1)} % [${(low / 10).toFixed(1)}, ${(high / 10).toFixed(1)}]`;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Many votes from the same start"),
      measured && h("span", { class: "mc-note" }, `${measured.runs} run`)),
    h("div", { class: "mc-row" }, button({ class: "mc-button", onclick: () => act("measure") }, "Run 60 votes")),
    measured === null
      ? h("div", { class: "mc-note" }, "Nothing is measured yet: how often do all agree, and after how many rounds?")
      : [
        h("dl", { class: "sw-sums", key: "sums" }, OUTCOMES.map((words, at) =>
          h("div", { key: words, class: at > 1 && measured.outcomes[at] > 0 ? "sw-wrong" : "" }, h("dt", { class: "mc-note" }, words), h("dd", null, measured.outcomes[at])))),
        h("div", { class: "mc-note", key: "rates" }, `Split ${rate(measured.split)}, stalled ${rate(measured.stalled)}`,
          measured.rounds && `; rounds to decide ${measured.rounds}`, ". In brackets: 95 % bands."),
        measured.histogram.length > 0 && histogram(measured.histogram),
      ],
  ];
}

function histogram(pairs) {
  const [low, high] = [pairs[0][0], pairs.at(-1)[0]];
  const most = Math.max(...pairs.map(([, votes]) => votes));
  const wide = Math.min(26, 320 / (high - low + 1));
  const X = (rounds) => 34 + (rounds - low) * wide;
  const step = Math.max(1, Math.ceil((high - low + 1) / 10));
  return h("svg", { key: "histogram", class: "sw-chart", viewBox: "0 0 364 112", role: "img", "aria-label": `Rounds to decide: from ${low} to ${high}` },
    pairs.map(([rounds, votes]) => h("rect", { key: rounds, class: "sw-bar", x: X(rounds) + 1, y: (80 - (votes / most) * 64).toFixed(1), width: Math.max(1, wide - 2).toFixed(1), height: ((votes / most) * 64).toFixed(1) })),
    h("path", { class: "sw-grid", d: "M34 80H354" }),
    h("text", { class: "sw-axis sw-end", x: 28, y: 20 }, most), h("text", { class: "sw-axis sw-end", x: 28, y: 84 }, 0),
    Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => low + at * step).map((rounds) =>
      h("text", { key: `x${rounds}`, class: "sw-axis sw-middle", x: X(rounds) + wide / 2, y: 94 }, rounds)),
    h("text", { class: "sw-axis sw-middle", x: 194, y: 108 }, "rounds to decide"));
}
