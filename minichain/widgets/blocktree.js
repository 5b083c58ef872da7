// The block-tree explorer: blocks to pick, lines between them, and each rule's head.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark, segments } from "./parts.js";

// Places are counted in these, in pixels.
const [WIDE, HIGH, COLUMN, ROW, EDGE] = [64, 46, 90, 78, 8];

const SHORT = { longest: "longest", "most-work": "most work", ghost: "GHOST" };

export default lesson((picture, act) => [
  h("div", { class: "mc-section", key: "tree" },
    h("div", { class: "mc-row bt-top" },
      segments("Rule", picture.rules, picture.rule, (rule) => act("rule", { rule })),
      h("div", { class: "mc-row" },
        h("span", { class: "mc-note" }, "Try"),
        picture.trees.map(([tree, words]) =>
          button({ key: tree, class: "mc-link", onclick: () => act("tree", { tree }) }, words)))),
    h("div", { class: "mc-note" }, picture.note),
    tree(picture, act)),
  h("div", { class: "mc-columns bt-columns", key: "below" },
    picked(picture, act),
    heads(picture)),
]);

const left = (block) => EDGE + block.height * COLUMN;
const top = (block) => EDGE + block.row * ROW;

function tree(picture, act) {
  const { blocks, columns, rows } = picture;
  const size = [2 * EDGE + (columns - 1) * COLUMN + WIDE, 2 * EDGE + (rows - 1) * ROW + HIGH + 28];
  return h("div", { class: "mc-scroll bt-scroll", tabindex: 0, role: "group", "aria-label": "The tree, the first block on the left" },
    h("div", { class: "bt-tree", "data-roving": true, style: { width: `${size[0]}px`, height: `${size[1]}px` } },
      h("svg", { class: "bt-lines", viewBox: `0 0 ${size[0]} ${size[1]}`, width: size[0], height: size[1], "aria-hidden": "true" },
        blocks.slice(1).map((block) =>
          h("path", { key: block.id, class: block.on_chain ? "bt-line bt-on" : "bt-line", d: line(blocks[block.parent], block) }))),
      blocks.map((block) => chip(block, picture, act))));
}

/** From the right of a parent to the left of its child, round the corner. */
function line(parent, child) {
  const [x, y] = [left(parent) + WIDE, top(parent) + HIGH / 2];
  const [end, down] = [left(child), top(child) + HIGH / 2];
  if (y === down) return `M${x} ${y}H${end}`;
  const turn = end - 14;
  return `M${x} ${y}H${turn - 6}Q${turn} ${y} ${turn} ${y + 6}V${down - 6}Q${turn} ${down} ${turn + 6} ${down}H${end}`;
}

function chip(block, { selected }, act) {
  const chosen = block.id === selected;
  const classes = ["bt-block", block.on_chain && "bt-on", block.heads.length > 0 && "bt-head"];
  const said = [
    block.id && `on ${block.parent || "the first"}`, block.carried !== null && `own work ${block.work}`,
    block.on_chain && "on the chain", ...block.heads.map((rule) => `head by ${SHORT[rule]}`),
  ].filter(Boolean);
  return [
    button({
      key: `block-${block.id}`, class: classes.filter(Boolean).join(" "), "data-rove": true,
      "aria-pressed": chosen ? "true" : "false",
      style: { left: `${left(block)}px`, top: `${top(block)}px` },
      onclick: () => act("select", { block: block.id }),
    },
      h("span", { class: "mc-hidden" }, "Block "),
      h("span", null, h("b", null, block.id || "first"), block.work > 1 && h("span", { class: "bt-work" }, ` ×${block.work}`)),
      block.id > 0 && h("span", { class: "bt-work" },
        block.carried === null ? `work ${block.work}` : `carries ${block.carried}`),
      said.length > 0 && h("span", { class: "mc-hidden" }, `, ${said.join(", ")}`)),
    block.heads.length > 0 &&
      h("div", {
        key: `heads-${block.id}`, class: "bt-heads", "aria-hidden": "true",
        style: { left: `${left(block)}px`, top: `${top(block) + HIGH + 6}px` },
      }, block.heads.map((rule) => h("span", { key: rule, class: `bt-flag bt-${rule}`, title: SHORT[rule] }, FLAGS[rule]))),
  ];
}

const FLAGS = { longest: "L", "most-work": "W", ghost: "G" };

function picked({ blocks, selected, limits }, act) {
  const block = blocks[selected];
  const full = blocks.length > limits.blocks || block.height >= limits.height;
  const add = (work, words) =>
    button({
      key: work, class: work === 1 ? "mc-button mc-primary" : "mc-button", "aria-disabled": full ? "true" : "false",
      onclick: () => !full && act("add", { work }),
    }, words);
  return h("div", { class: "mc-section bt-panel" },
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, block.id ? `Block ${block.id} is picked` : "The first block is picked"),
      h("span", { class: "mc-note" }, `height ${block.height}, work of its chain ${block.total}`)),
    h("div", { class: "mc-row" },
      add(1, "Build on it"),
      add(3, "… with work 3"),
      button({
        class: "mc-link", "aria-disabled": block.id ? "false" : "true",
        onclick: () => block.id && act("cut"),
      }, "Cut it off")),
    h("div", { class: "mc-note" }, full
      ? `No room: at most ${limits.blocks} blocks, ${limits.height} above each other.`
      : "The new block comes last. Of two equal chains, every rule keeps the one that came first."));
}

function heads({ heads, agree, forks, rule }) {
  return h("div", { class: "mc-section bt-panel" },
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Where each rule's chain ends"),
      h("span", { class: agree ? "mc-note" : "bt-differ" }, agree ? "they agree" : "they differ")),
    h("div", { class: "bt-results", role: "list" }, heads.map((head) =>
      h("div", { key: head.rule, role: "listitem", class: head.rule === rule ? "bt-result bt-now" : "bt-result" },
        h("span", { class: `bt-flag bt-${head.rule}`, "aria-hidden": "true" }, FLAGS[head.rule]),
        h("b", null, head.label),
        h("span", null, head.head ? `block ${head.head}` : "the first block"),
        h("span", { class: "mc-note" }, `${head.length} in a row, work ${head.work}, ${head.stale} left out`)))),
    rule === "ghost" && forks.length > 0 &&
      h("div", { class: "bt-forks", role: "list", "aria-label": "What GHOST compares at each fork" }, forks.map((fork) =>
        h("div", { key: fork.at, role: "listitem", class: "bt-fork" },
          h("span", null, fork.at ? `On block ${fork.at}:` : "On the first block:"),
          fork.children.map((child) =>
            h("span", { key: child.id, class: child.id === fork.taken ? "bt-taken" : "bt-passed" },
              child.id === fork.taken && mark(true, "taken"), `${child.id} carries ${child.carried}`))))));
}
