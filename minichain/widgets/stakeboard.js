// The proof-of-stake board: epochs as rows of slots, validators as chips, proofs, a chart.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark, segments } from "./parts.js";

export default lesson((picture, act) => [
  h("div", { class: "mc-row sb-time", key: "time" }, time(picture, act)),
  picture.sides.length > 1 && h("div", { class: "mc-row", key: "sides" },
    segments("Side of the cut network", picture.sides.map((side, at) => [at, `Side ${at + 1}: ${side.members} members`]), picture.side, (side) => act("side", { side })),
    button({ class: "mc-button", onclick: () => act("heal") }, "Mend the network")),
  picture.agreed === false && h("div", { class: "mc-notice mc-bad", key: "apart" }, mark(false),
    h("span", null, h("b", null, "Two truths. "), `Everybody hears everybody again, and they cannot agree: side 1 holds ${picture.sides[0].final} for final, side 2 ${picture.sides[1].final}. ${picture.evidence.length ? "" : "No vote contradicts another of its own validator: nobody is guilty."}`)),
  picture.sides[picture.side].stuck && h("div", { class: "mc-notice mc-bad", key: "stuck" }, mark(false),
    h("span", null, h("b", null, "The chain is caught. "), `${picture.sides[picture.side].stuck} was taken for justified by votes of which more than a third are slashed now. No chain agrees with it any more, and no other head may be chosen. With so many guilty, the rules promise nothing.`)),
  h("div", { class: "mc-section", key: "chain" }, chain(picture, act)),
  h("div", { class: "mc-section", key: "people" }, people(picture, act)),
  picture.evidence.length > 0 && h("div", { class: "mc-section", key: "proofs" }, proofs(picture)),
  h("div", { class: "mc-columns sb-below", key: "below" },
    h("div", { class: "mc-section" }, chart(picture)),
    h("div", { class: "mc-section" }, numbers(picture))),
]);

const ether = (milli, digits = 0) => (milli / 1000).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const days = (tenths) => `${(tenths / 10).toFixed(1)} days`;

function time({ slot, epoch, limit }, act) {
  const tool = (kind, words, can, look = "") =>
    button({ key: kind, class: `mc-button ${look}`, "aria-disabled": can ? "false" : "true", onclick: () => can && act(kind) }, words);
  return [
    tool("slot", "Next slot", !limit), tool("epoch", "Next epoch", !limit, "mc-primary"),
    tool("back", "A slot back", slot > 0),
    tool("wait", `Until epoch ${Math.max(1, epoch)} is final`, !limit),
  ];
}

const STANDS = { final: "final", justified: "justified", open: "open", missed: "not justified" };
const SIGNS = { final: "✓✓", justified: "✓", open: "…", missed: "✗" };

function chain({ rows, slot, epoch, sides, side }, act) {
  const { justified, final, leaking, delay, patience } = sides[side];
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, `Slot ${slot} of epoch ${epoch}`),
      h("span", { class: leaking ? "sb-leak" : "mc-note" },
        `justified ${justified}, final ${final}`,
        leaking ? ` · the leak is on: ${delay} epochs without finality` : delay > 1 ? ` · ${delay} epochs without finality, the leak starts after ${patience}` : "")),
    h("div", { class: "sb-board", "data-roving": true, role: "group", "aria-label": "Slots of the latest epochs" }, rows.map((row) =>
      h("div", { key: row.epoch, class: `sb-epoch sb-is-${row.stand}` },
        h("div", { class: "sb-epoch-head" },
          h("span", null, h("b", null, `Epoch ${row.epoch} `), h("span", { class: "sb-stand" }, SIGNS[row.stand], " ", STANDS[row.stand])),
          bar(row),
          h("span", { class: "mc-note sb-sum" }, `3 × ${ether(row.votes)} ${row.enough ? "≥" : "<"} 2 × ${ether(row.total)}`)),
        h("div", { class: "sb-slots" }, row.cells.map((cell) => slotOf(cell, act)))))),
    h("div", { class: "mc-note" }, "In each slot: its number, who proposes, and how many of its committee voted. Press a slot to see whom it calls. A vote counts for its epoch once a block holds it."),
  ];
}

/** Stake that voted, against the line at two thirds. */
function bar({ votes, total, enough, epoch }) {
  const part = Math.min(1, votes / total);
  return h("svg", { class: enough ? "sb-bar sb-enough" : "sb-bar", viewBox: "0 0 300 24", preserveAspectRatio: "none", role: "img", "aria-label": `Epoch ${epoch}: ${(100 * part).toFixed(1)} % of the stake voted, the line is at 66.7 %` },
    h("rect", { class: "sb-bar-ground", x: 0, y: 6, width: 300, height: 12 }),
    h("rect", { class: "sb-bar-votes", x: 0, y: 6, width: (300 * part).toFixed(1), height: 12 }),
    h("path", { class: "sb-bar-line", d: "M200 0V24" }));
}

function slotOf(cell, act) {
  const classes = ["sb-slot", cell.ahead ? "sb-ahead" : cell.block === null ? "sb-empty" : "", cell.now && "sb-now"];
  const said = cell.ahead ? "to come" : cell.block === null ? "no block" : `block ${cell.block}`;
  return button({
    key: cell.slot, class: classes.filter(Boolean).join(" "), "data-rove": true, "aria-pressed": cell.looked ? "true" : "false",
    onclick: () => act("look", { slot: cell.slot }),
  },
    h("span", { class: "mc-hidden" }, `Slot ${cell.slot}, ${said}, proposer ${cell.proposer ?? "none"}, ${cell.votes} of ${cell.of} voted`),
    h("span", { "aria-hidden": "true", class: "sb-number" }, cell.slot, cell.now && " ◂"),
    h("span", { "aria-hidden": "true", class: "sb-by" }, cell.ahead ? "" : cell.block === null ? "✗ " : "■ ", cell.proposer ?? "–"),
    h("span", { "aria-hidden": "true", class: "sb-votes" }, cell.ahead ? "" : `${cell.votes}/${cell.of}`));
}

const SHORT = { online: "", offline: "off", slashed: "✂", ejected: "out", "cut off": "cut" };

function people({ validators, marked, marked_part: part, count, sides, look }, act) {
  const chosen = new Set(marked);
  const verb = (kind, words, can = marked.length > 0) =>
    button({ key: kind, class: "mc-button", "aria-disabled": can ? "false" : "true", onclick: () => can && act(kind) }, words);
  const over = 3 * part > 1000;
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, `Validators in slot ${look.slot}`),
      h("span", { class: "mc-note" }, "P proposes, A attests, ✓ has voted; off: offline, cut: on the other side, out: has left, ✂: slashed")),
    h("div", { class: "sb-people", "data-roving": true, role: "group", "aria-label": "Validators" },
      validators.map((v) => chip(v, chosen.has(v.index), act))),
    h("div", { class: "sb-marker" },
      h("label", { class: "mc-field" },
        h("span", { class: "mc-label" }, `Mark the first ${marked.length && marked.at(-1) === marked.length - 1 ? marked.length : "…"}`),
        h("input", { type: "range", class: "mc-range", min: 0, max: count, value: String(marked.length), burst: "mark-first", oninput: (event) => act("mark-first", { count: Number.parseInt(event.target.value, 10) }, { burst: "mark-first" }) })),
      h("span", { class: over ? "sb-over" : "mc-note" }, marked.length
        ? `${marked.length} marked: ${(part / 10).toFixed(1)} % of the stake, ${over ? "more than a third" : "not more than a third"}`
        : "None is marked. Press a validator, or drag.")),
    h("div", { class: "mc-row" },
      verb("leave", "Take offline"), verb("return", "Bring back"), verb("double", "Vote twice"), verb("surround", "Vote around"),
      sides.length === 1 && verb("split", "Cut off from the others", marked.length > 0 && marked.length < count)),
    members(look),
  ];
}

function chip(v, isMarked, act) {
  const words = [v.status, `${ether(v.stake, 3)} ether, ${ether(v.counts)} count`, v.proposes && "proposes", v.attests && (v.voted ? "has voted" : "attests"), v.votes_in !== null && `votes in slot ${v.votes_in}`];
  return button({
    key: v.index, class: `sb-chip sb-${v.status.replace(" ", "-")}${v.proposes || v.attests ? " sb-called" : ""}`, "data-rove": true, "aria-pressed": isMarked ? "true" : "false",
    title: words.filter(Boolean).join(", "), onclick: () => act("mark", { validator: v.index }),
  },
    h("span", { class: "mc-hidden" }, `Validator ${v.index}, ${words.filter(Boolean).join(", ")}`),
    h("span", { "aria-hidden": "true", class: "sb-who" }, h("b", null, v.index),
      h("span", { class: "sb-role" }, v.proposes && "P", v.attests && (v.voted ? "A✓" : "A"))),
    h("span", { "aria-hidden": "true", class: "sb-stake" }, ether(v.stake, 2)),
    h("span", { "aria-hidden": "true", class: "sb-fill" }, h("span", { class: "sb-fill-in", style: { width: `${Math.min(100, v.stake / 320).toFixed(1)}%` } })),
    h("span", { "aria-hidden": "true", class: "sb-status" }, SHORT[v.status]));
}

function members({ slot, ahead, members }) {
  if (members.length === 0) return h("div", { class: "mc-note" }, `Nobody votes in slot ${slot}.`);
  return h("div", { class: "mc-note sb-members" }, `Committee of slot ${slot}: `, members.map(({ index, vote }, at) =>
    h("span", { key: index }, at > 0 && "; ", h("b", null, index), " ",
      vote ? `head ${vote.head}, ${vote.source} → ${vote.target}` : ahead ? "to come" : "silent")), ".");
}

function proofs({ evidence }) {
  const shown = evidence.slice(0, 4);
  return [
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, evidence.length === 1 ? "A proof" : `${evidence.length} proofs`),
      h("span", { class: "mc-note" }, "Two signed votes of one validator, for anyone to see")),
    h("div", { class: "sb-proofs" }, shown.map((proof) => h("div", { key: proof.validator, class: "sb-proof" },
      h("div", null, h("b", null, `Validator ${proof.validator}`), " ", h("span", { class: "mc-rule" }, `${proof.kind} vote`)),
      h("ol", { class: "sb-pair" }, proof.votes.map((vote, at) =>
        h("li", { key: at }, `slot ${vote.slot}, head ${vote.head}: `, h("b", null, `${vote.source} → ${vote.target}`)))),
      h("div", null, proof.rule),
      h("div", { class: "mc-note" }, fate(proof.slashed))))),
    evidence.length > shown.length && h("div", { class: "mc-note" }, `And ${evidence.length - shown.length} more, listed in words below.`),
  ];
}

function fate(slashed) {
  if (slashed === null) return "Nobody is slashed yet: whoever proposes next puts the proof into its block.";
  const { block, by, at_once: cost, exit, second, together } = slashed;
  const more = together === null ? `The second part was due in epoch ${second}.` : `In epoch ${second} it loses ${ether(together, 3)} more, or yet more if others are slashed until then.`;
  return `Slashed in block ${block} by validator ${by}: lost ${ether(cost, 3)} at once, leaves in epoch ${exit}. ${more}`;
}

const MARKS = [{ line: "sb-line", name: "side 1" }, { line: "sb-line sb-second", name: "side 2" }];

function chart({ history, epoch, side, sides }) {
  const last = Math.max(10, epoch);
  const X = (at) => 34 + (at * 300) / last;
  const Y = (part) => 150 - part * 0.13;
  const path = (points, of) => points.map((point, at) => `${at ? "L" : "M"}${X(point.epoch).toFixed(1)} ${Y(of(point)).toFixed(1)}`).join("");
  const shown = history[side];
  const gone = shown.filter((point) => point.left !== null);
  const tail = shown.at(-1);
  const said = tail ? `Stake that voted by epoch: ${(tail.part / 10).toFixed(1)} % in epoch ${tail.epoch}, the line is at 66.7 %${gone.length ? `; the absent have ${(gone.at(-1).left / 10).toFixed(1)} % of their stake left` : ""}` : "Stake that voted by epoch: no epoch is over yet";
  const step = last > 40 ? 10 : last > 20 ? 5 : 2;
  const ticks = Array.from({ length: Math.floor(last / step) + 1 }, (_, at) => at * step);
  return [
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, "Stake that voted, epoch by epoch")),
    h("svg", { class: "sb-chart", viewBox: "0 0 364 184", role: "img", "aria-label": said },
      [0, 500, 1000].map((part) => h("g", { key: part },
        h("path", { class: "sb-grid", d: `M34 ${Y(part)}H334` }),
        h("text", { class: "sb-axis sb-end", x: 28, y: Y(part) + 4 }, part / 10))),
      ticks.map((at) => h("text", { key: `t${at}`, class: "sb-axis sb-middle", x: X(at), y: 166 }, at)),
      h("text", { class: "sb-axis sb-middle", x: 184, y: 181 }, "epoch"),
      h("path", { class: "sb-thirds", d: `M34 ${Y(2000 / 3)}H334` }),
      h("text", { class: "sb-axis sb-two", x: 339, y: Y(2000 / 3) + 4 }, "2/3"),
      gone.length > 0 && h("path", { key: "left", class: "sb-left", d: path(gone, (point) => point.left) }),
      history.map((points, at) => h("g", { key: `s${at}` },
        points.length > 0 && h("path", { class: MARKS[at].line, d: path(points, (point) => point.part) }),
        points.map((point) => h("circle", { key: point.epoch, class: point.final ? "sb-dot sb-dot-final" : "sb-dot", cx: X(point.epoch).toFixed(1), cy: Y(point.part).toFixed(1), r: last > 30 ? 2.5 : 4 }))))),
    h("ul", { class: "sb-key" },
      sides.map((_, at) => h("li", { key: at }, h("span", { class: at ? "sb-swatch sb-swatch-second" : "sb-swatch" }), sides.length > 1 ? `voted, ${MARKS[at].name}` : "voted, % of all stake")),
      h("li", null, "● final, ○ not"),
      gone.length > 0 && h("li", null, h("span", { class: "sb-swatch sb-swatch-left" }), "left of the absent's stake, %")),
  ];
}

function numbers({ mainnet, count, sides, side }) {
  const { acting } = sides[side];
  return [
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, "The same on the main network")),
    h("div", { class: "mc-note" }, "The board's epoch has 8 slots, and its leak is fast. The real one has 32 slots of 12 seconds."),
    mainnet === null
      ? h("div", { class: "mc-note" }, "Its numbers are here once you have made your guess.")
      : h("dl", { class: "sb-numbers" },
        h("div", null, h("dt", { class: "mc-note" }, "An absent validator is ejected"),
          h("dd", null, `epoch ${mainnet.ejected.toLocaleString("en")} of the leak, ${days(mainnet.ejected_days)}`)),
        h("div", null, h("dt", { class: "mc-note" }, `Finality with ${count - acting} of ${count} absent`),
          h("dd", null, mainnet.recovered === null ? "never: nobody is left" : mainnet.recovered === 0 ? "goes on" : `back in epoch ${mainnet.recovered.toLocaleString("en")} of the leak, ${days(mainnet.recovered_days)}`))),
  ];
}
