// The ABI explorer: a call in words, its bytes row by row, and what a contract does with it.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, field, mark, segments } from "./parts.js";

const CONTRACTS = [["tokens/erc20", "Token"], ["trade/sealed_riddle", "Riddle"], ["basics/counter", "Counter"]];

export default lesson((picture, act) => [
  call(picture, act),
  selector(picture),
  h("div", { class: "ab-main", key: "main" },
    rows(picture, act),
    h("div", { class: "ab-side" }, bytes(picture, act), deed(picture), values(picture))),
  h("div", { class: "ab-below", key: "below" }, paste(picture, act), hunt(picture, act)),
]);

function call({ contract, functions, canonical, signature, arguments: given, people }, act) {
  return h("div", { class: "mc-section ab-call", key: "call" },
    segments("The contract", CONTRACTS, contract, (name) => act("contract", { contract: name })),
    h("div", { class: "ab-fields" },
      h("label", { class: "mc-field" }, h("span", { class: "mc-label" }, "Its functions"),
        h("select", { class: "mc-input mc-code", value: functions.includes(canonical) ? canonical : "", onchange: (event) => event.target.value && act("signature", { signature: event.target.value }) },
          !functions.includes(canonical) && h("option", { key: "own", value: "" }, "none of these"),
          functions.map((name) => h("option", { key: name, value: name }, name)))),
      field("Name and types", signature, { burst: "signature", mono: true, limit: 300, send: (text) => act("signature", { signature: text }, { burst: "signature" }) }),
      field(`Arguments (${people.join(", ")}, 5, "text", [5])`, given, { burst: "arguments", mono: true, limit: 300, send: (text) => act("arguments", { arguments: text }, { burst: "arguments" }) })));
}

function selector({ canonical, hash, namesake }) {
  return h("div", { class: "ab-selector", key: "selector" },
    h("div", { class: "ab-digest" }, h("span", { class: "mc-note" }, "keccak256(", h("code", { class: "ab-code" }, `"${canonical}"`), ") = "),
      h("b", { class: "ab-chosen" }, hash.slice(0, 8)), h("span", { class: "ab-rest" }, hash.slice(8))),
    h("div", { class: "mc-note" }, "The first four bytes are the selector: all that a call says of its function.",
      namesake && [" ", h("code", { class: "ab-code" }, namesake), " has the same four; somebody sought it out."]));
}

function rows({ rows, word, size, read_as: as, altered }, act) {
  return h("div", { class: "mc-section" },
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, "The call"),
      h("span", { class: "mc-note" }, `${size} bytes`, as && `, read as ${as}`)),
    h("div", { class: "ab-rows", role: "group", "aria-label": "The call, row by row", "data-roving": true }, rows.map((row) => button({
        key: `r${row.place}`, "data-rove": true, "aria-current": row.place === word ? "true" : false,
        class: `ab-row ab-${row.role.replace(" ", "-")}${row.place === word ? " ab-now" : ""}${rows[word]?.target === row.place ? " ab-target" : ""}`,
        onclick: () => act("look", { word: row.place }),
      },
      h("span", { class: "ab-at" }, row.at === "" ? "" : String(row.at)),
      h("span", { class: "ab-hex" }, row.hex ? groups(row) : "nothing"),
      h("span", { class: "ab-tags" }, h("span", { class: "ab-tag" }, row.role), row.part && h("span", { class: "ab-part" }, row.part), row.kind && h("span", { class: "ab-part" }, row.kind)),
      h("span", { class: "ab-told" }, row.told, rows[word]?.target === row.place && h("b", null, " The chosen offset leads here."))))),
    altered && h("div", { class: "mc-row" }, button({ class: "mc-button", onclick: () => act("mend") }, "Write it anew"),
      h("span", { class: "mc-note" }, "underlined bytes are not those that the words above come to")));
}

/** Eight groups of four bytes; zeros faint, changed bytes underlined. */
function groups({ hex, altered }) {
  const changed = new Set(altered);
  const parts = [];
  for (let group = 0; group * 8 < hex.length; group++) {
    const runs = [];
    for (let i = 4 * group; i < 4 * group + 4 && 2 * i < hex.length; i++) {
      const text = hex.slice(2 * i, 2 * i + 2);
      const style = changed.has(i) ? "mc-changed" : text === "00" ? "ab-zero" : "ab-digit";
      if (runs.at(-1)?.style === style) runs.at(-1).text += text;
      else runs.push({ style, text });
    }
    parts.push(h("span", { class: "ab-four", key: group }, runs.map((run) => h("span", { class: run.style }, run.text))));
  }
  return parts;
}

function bytes({ bytes, word, rows }, act) {
  return h("div", { class: "mc-section" },
    h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, word === 0 ? "The selector, byte by byte" : `Row ${word}, byte by byte`),
      h("span", { class: "mc-note" }, "press one to flip its bits")),
    h("div", { class: "ab-bytes", role: "group", "aria-label": `Bytes of row ${word}`, "data-roving": true }, bytes.map((byte, place) => button({
      key: `b${byte.index}`, "data-rove": true, class: byte.altered ? "ab-byte mc-changed" : "ab-byte", "aria-pressed": byte.altered ? "true" : "false",
      onclick: () => act("flip", { index: byte.index }),
    }, h("span", { class: "mc-hidden" }, `Flip byte ${place + 1}: `), byte.hex))),
    h("div", { class: "mc-note ab-about" }, rows[word]?.told));
}

function deed({ deed: { ok, called, answer, reason, line, events, gas }, contract }) {
  return h("div", { class: ok ? "ab-deed ab-good" : "ab-deed ab-bad" },
    h("div", { class: "ab-done" }, mark(ok, ok ? "succeeds" : "reverts"),
      h("b", null, ok ? `The contract runs ${called}` : "The contract takes all of it back")),
    !ok && h("div", null, reason, line && h("div", { class: "mc-note ab-line" }, line)),
    answer && h("div", null, "It answers ", h("code", { class: "ab-code" }, answer)),
    events.map((event) => h("div", { key: event, class: "ab-event" }, event)),
    h("div", { class: "mc-note" }, `Alice calls ${contract} on a chain of this page; ${gas.toLocaleString("en")} gas.`));
}

function values({ values, fault }) {
  if (fault) {
    return h("div", { class: "mc-section" }, h("div", { class: "mc-label" }, "Read back"),
      h("div", { class: "ab-fault" }, mark(false, "not readable"), h("span", null, fault)));
  }
  return h("div", { class: "mc-section" }, h("div", { class: "mc-label" }, "Read back"),
    values.length === 0
      ? h("div", { class: "mc-note" }, "It takes no arguments.")
      : h("table", { class: "ab-table" }, h("tbody", null, values.map(([name, kind, value]) => h("tr", { key: name },
          h("th", { scope: "row" }, name), h("td", null, kind), h("td", { class: "ab-value" }, value))))));
}

function paste({ data }, act) {
  return h("div", { class: "mc-section" },
    h("label", { class: "mc-field" }, h("span", { class: "mc-label" }, "Paste a call"),
      h("textarea", {
        class: "mc-input mc-code ab-paste", rows: 4, spellcheck: "false", autocapitalize: "off", maxlength: 8000, value: data ? `0x${data}` : "", burst: "data",
        oninput: (event) => act("data", { data: event.target.value }, { burst: "data" }),
      })),
    h("div", { class: "mc-note" }, "Its selector chooses the function, if the contract has it."));
}

function hunt({ hunt: { hunted, pair } }, act) {
  return h("div", { class: "mc-section" },
    h("div", { class: "mc-label" }, "Two names, one selector?"),
    h("div", { class: "mc-note" }, "Hash made-up names until the selectors of two begin with the same two bytes. Before you press: how many will it take, of 65,536 beginnings?"),
    h("div", { class: "mc-row" }, button({ class: "mc-button", onclick: () => act("hunt") }, "Hunt for a pair")),
    hunted > 0 && h("div", { class: "ab-found" },
      pair.length ? `After ${hunted} names:` : `${hunted} names, no pair yet.`,
      pair.map(([name, same, rest]) => h("div", { key: name, class: "ab-pair" }, h("b", { class: "ab-chosen" }, same), h("span", { class: "ab-rest" }, rest), ` ${name}`))),
    pair.length > 0 && h("div", { class: "mc-note" }, "Even odds need the square root of the beginnings, 256, times 1.18: about 302 names. For all four bytes that makes some 77,000, little work for a computer; so a compiler has to refuse two such functions in one contract."));
}
