// The Merkle explorer: the list to edit, the tree beside it, a proof to walk and spoil.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, field, hash, icon, mark, segments } from "./parts.js";

export default lesson((picture, act) => [
  h("div", { class: "mc-section", key: "tree" },
    h("div", { class: "mc-row mk-top" },
      segments("Rule", picture.rules, picture.rule, (rule) => act("rule", { rule })),
      h("div", { class: "mc-row" },
        h("span", { class: "mc-note" }, "Try"),
        button({ class: "mc-link", onclick: () => act("preset", { preset: "eight" }) }, "eight leaves"),
        button({ class: "mc-link", onclick: () => act("preset", { preset: "odd" }) }, "five leaves"),
        button({ class: "mc-link", onclick: () => act("preset", { preset: "duplicate" }) }, "two lists, one root"))),
    h("div", { class: "mc-note" }, picture.note),
    tree(picture, act),
    comparison(picture, act)),
  picture.proof
    ? proof(picture.proof, picture.root, act)
    : h("div", { class: "mk-hint mc-note", key: "hint" }, "Pick a leaf's hash to prove that the leaf is in the list."),
]);

function tree(picture, act) {
  const { leaves, levels, limits } = picture;
  return h("div", { class: "mc-scroll mk-scroll" },
    h("div", {
        class: "mk-tree", role: "group", "aria-label": "The tree, leaves first", "data-roving": true,
        style: { "--levels": levels.length },
      },
      leaves.map((text, index) => leaf(text, index, leaves.length, limits.leaf, act)),
      levels.map((level, height) =>
        level.map((node, place) => cell(node, height, place, levels, act))),
      leaves.length < limits.leaves &&
        h("div", { class: "mk-add", key: "add", style: { "grid-row": leaves.length + 1 } },
          button({ class: "mc-link", "data-rove": true, onclick: () => act("add") }, "Add a leaf"))));
}

function leaf(text, index, count, limit, act) {
  const burst = `leaf-${index}`;
  return h("div", { class: "mk-leaf", key: `leaf-${index}`, style: { "grid-row": index + 1 } },
    h("input", {
      class: "mc-input mk-text", value: text, burst, maxlength: limit, autocomplete: "off", spellcheck: "false",
      "aria-label": `Leaf ${index + 1}`,
      oninput: (event) => act("edit", { index, text: event.target.value }, { burst }),
    }),
    button({
      class: "mc-tool mk-remove", "data-rove": true, "aria-label": `Remove leaf ${index + 1}`, title: "Remove",
      "aria-disabled": count > 1 ? "false" : "true",
      onclick: () => count > 1 && act("remove", { index }),
    }, icon("no")));
}

/** Where a node stands among the rows: between its children, so that lines meet. */
function height(levels, level, place) {
  if (level === 0) return place + 0.5;
  const right = levels[level - 1][2 * place + 1];
  return right ? right.first : height(levels, level - 1, 2 * place);
}

function cell(node, level, place, levels, act) {
  const span = node.last - node.first + 1;
  const y = (height(levels, level, place) - node.first) / span;
  const top = level === levels.length - 1;
  const hasPartner = Boolean(levels[level][place ^ 1]);
  const line = top ? "top" : !hasPartner ? "alone" : place % 2 ? "lower" : "upper";
  const classes = ["mk-cell", `mk-${line}`, `mk-is-${node.kind}`, node.role && `mk-${node.role}`, level === 0 && "mk-bottom"];
  return h("div", {
      class: classes.filter(Boolean).join(" "), key: `${level}.${place}`,
      style: {
        "grid-column": level + 2, "grid-row": `${node.first + 1} / ${node.last + 2}`,
        "--y": `${(y * 100).toFixed(3)}%`,
      },
    },
    node.kind !== "moved" && chip(node, level, place, top, act));
}

function chip(node, level, place, top, act) {
  const name = top ? "Root" : `Level ${level}, hash ${place + 1}`;
  const marks = [
    { path: "on the path", sibling: "in the proof" }[node.role],
    node.kind === "twice" && "paired with itself", node.changed && "changed",
  ].filter(Boolean);
  const content = [
    h("span", { class: node.changed ? "mk-digits mc-changed" : "mk-digits" },
      node.hash.slice(0, 4), h("span", { class: "mk-more" }, node.hash.slice(4, 8))),
    node.kind === "twice" && h("span", { class: "mk-tag" }, "×2"),
    top && h("span", { class: "mk-tag" }, "root"),
  ];
  if (level > 0) return h("span", { class: "mk-chip", role: "img", "aria-label": [name, node.hash.slice(0, 8), ...marks].join(", "), title: node.hash }, content);
  return button({
    class: "mk-chip", "data-rove": true, title: node.hash,
    "aria-pressed": node.role === "path" ? "true" : "false",
    onclick: () => act("select", { index: place }),
  }, h("span", { class: "mc-hidden" }, `Prove leaf ${place + 1}: `), content,
     marks.length > 0 && h("span", { class: "mc-hidden" }, `, ${marks.join(", ")}`));
}

function comparison({ kept, hashes, mutated }, act) {
  if (!kept) return h("div", { class: "mc-row" }, keep(act));
  const collision = kept.same_root && !kept.same_list;
  return h("div", { class: collision ? "mk-kept mk-alarm" : "mk-kept" },
    h("div", { class: "mk-words" },
      collision && [mark(false, "alarm"), h("b", null, "Two different lists, one root. "),
        "The rule pairs an odd hash with itself, so a list that writes the repetition out looks the same (CVE-2012-2459)."],
      !collision && kept.same_list && "This is the list that was kept. Edit it and see which hashes change.",
      !collision && !kept.same_list && (kept.comparable
        ? [h("b", { class: "mc-changed" }, kept.changed), ` of ${hashes} hashes differ from those of the list that was kept.`]
        : "The list has another length than the one that was kept, and another root."),
      mutated && [" ", h("b", null, "A node that checks for such repetition refuses this list.")]),
    (collision || !kept.same_list) &&
      h("div", { class: "mk-roots mc-note" },
        h("span", null, "Kept: ", kept.leaves.join(" · ")),
        h("span", null, "Its root ", hash(kept.root, { short: 8 }))),
    !kept.same_list && keep(act));
}

function keep(act) {
  return button({ class: "mc-link", onclick: () => act("keep") }, "Keep this list to compare with");
}

function proof(proof, root, act) {
  const { depth, step } = proof;
  return h("div", { class: "mc-columns mk-proof", key: "proof" },
    h("div", { class: "mc-section" },
      h("div", { class: "mc-section-head" },
        h("span", { class: "mc-label" }, `What the prover sends: leaf ${proof.index + 1} of ${proof.count}`),
        h("span", { class: "mc-note" }, `${depth} hash${depth === 1 ? "" : "es"}, ${proof.size} bytes`)),
      field("The leaf, as claimed", proof.claim, {
        burst: "claim", limit: 40, send: (text) => act("claim", { text }, { burst: "claim" }),
      }),
      h("div", { class: "mk-siblings", role: "list", "data-roving": true }, proof.siblings.map((sibling, place) =>
        h("div", { key: place, role: "listitem" },
          h("span", { class: "mk-chip mk-carried" }, hash(sibling.hash, { short: 8, than: sibling.altered ? flipBack(sibling.hash) : null })),
          button({
            class: "mc-link", "data-rove": true, "aria-pressed": sibling.altered ? "true" : "false",
            "aria-label": `${sibling.altered ? "Mend" : "Alter"} hash ${place + 1}`,
            onclick: () => act("alter", { place }),
          }, sibling.altered ? "Mend" : "Alter"))))),
    h("div", { class: "mc-section" },
      h("div", { class: "mc-section-head" },
        h("span", { class: "mc-label" }, "What the verifier computes"),
        h("span", { class: "mc-row" },
          stepper("Back", step > 0, () => act("step", { to: step - 1 })),
          stepper("Step", step < depth, () => act("step", { to: step + 1 }), "mc-primary"),
          stepper("To the end", step < depth, () => act("step", { to: depth })))),
      h("div", { class: "mk-steps", role: "list" },
        h("div", { key: "start", role: "listitem" }, h("span", { class: "mk-step-name" }, "leaf"),
          h("span", { class: "mk-sum" }, digest(proof.start, proof.true_start))),
        proof.steps.map((item, place) =>
          h("div", { key: place, role: "listitem" },
            h("span", { class: "mk-step-name" }, `step ${place + 1}`),
            h("span", { class: "mk-sum" },
              h("span", { class: item.sibling_is_left ? "mk-chip mk-carried" : "mk-chip mk-run" }, item.left.slice(0, 8)),
              h("span", { class: "mk-with" }, "with"),
              h("span", { class: item.sibling_is_left ? "mk-chip mk-run" : "mk-chip mk-carried" }, item.right.slice(0, 8)),
              h("span", { class: "mk-with" }, "gives"),
              digest(item.node, item.true_node))))),
      verdict(proof, root)));
}

function stepper(words, enabled, go, kind = "") {
  return button({ class: `mc-button ${kind}`, "aria-disabled": enabled ? "false" : "true", onclick: () => enabled && go() }, words);
}

function digest(value, true_) {
  return h("span", { class: "mk-result" }, hash(value, { short: 8, than: value === true_ ? null : true_ }));
}

function flipBack(digits) {
  return (Number.parseInt(digits[0], 16) ^ 1).toString(16) + digits.slice(1);
}

function verdict(proof, root) {
  if (!proof.done) return h("div", { class: "mk-verdict mk-open" }, "Root, known beforehand: ", hash(root, { short: 8 }));
  if (proof.verified) {
    return h("div", { class: "mk-verdict mk-good" }, mark(true), h("span", null, "The last hash is the root ", hash(root, { short: 8 }), ": the leaf is in the list."));
  }
  const where = proof.left_at === 0 ? "at the leaf itself" : `at step ${proof.left_at}`;
  return h("div", { class: "mk-verdict mk-bad" }, mark(false),
    h("span", null, h("code", { class: "mc-rule" }, "merkle-proof"), " The last hash is not the root ", hash(root, { short: 8 }),
      ". The verifier learns no more than that. Beside the tree you see that it went astray ", h("b", null, where), "."));
}
