// Keys and signatures: a word becomes a key, an order is signed, altered and verified.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, field, hash, mark, segments } from "./parts.js";

export default lesson((picture, act) => [
  h("div", { class: "mc-columns ky-columns", key: "sides" },
    signer(picture, act),
    arrival(picture, act)),
  verifier(picture),
]);

function signer(picture, act) {
  return h("div", { class: "mc-section ky-side" },
    h("div", { class: "ky-side-title" }, "The signer"),
    field("A word to make a key of", picture.word, {
      burst: "word", limit: picture.limits.text, send: (text) => act("word", { text }, { burst: "word" }),
    }),
    h("div", { class: "ky-chain", role: "list" },
      link("Private key", "the word's Keccak-256: fit for teaching, never for money",
        picture.secret
          ? [hash(picture.secret), " ", reveal("Hide", false, act)]
          : [h("span", { class: "mc-note" }, "kept secret"), " ", reveal("Show", true, act)]),
      link("Public key", "the curve's base point, added up that many times: no way back", hash(picture.public)),
      link("Address", "the last 20 bytes of the public key's Keccak-256", hash(picture.address, { group: 42 }))),
    segments("What to sign", [["text", "A text"], ["transfer", "A transfer"]], picture.order.kind, (kind) => act("kind", { kind })),
    order(picture.order, "sent", picture, act),
    h("div", { class: "mc-row" },
      button({ class: picture.unsigned ? "mc-button mc-primary" : "mc-button", onclick: () => act("sign") }, "Sign and send"),
      h("span", { class: "mc-note" }, picture.unsigned
        ? "Changed since it was signed."
        : "The key and the order's 32-byte digest give r and s.")));
}

function link(name, how, value) {
  return h("div", { class: "ky-link", key: name, role: "listitem" },
    h("div", { class: "mc-label" }, name), h("div", null, h("div", null, value), h("div", { class: "mc-note" }, how)));
}

function reveal(words, shown, act) {
  return button({ class: "mc-link", "aria-label": `${words} the private key`, onclick: () => act("reveal", { shown }) }, words);
}

function order(order, side, { people, limits, signed }, act) {
  const send = (type) => (fields) => act(type, { side, ...fields }, { burst: `${side}-${type}` });
  const than = side === "received" ? signed : order;
  const label = (words, differs) => (differs ? `${words} (altered)` : words);
  if (order.kind === "text") {
    return field(label("Order", order.text !== than.text), order.text, {
      burst: `${side}-text`, limit: limits.text, send: (text) => send("text")({ text }),
    });
  }
  return h("div", { class: "ky-transfer" },
    h("div", { class: "mc-field" },
      h("span", { class: "mc-label" }, label("Pay to", order.to !== than.to)),
      segments("Pay to", people.map((name) => [name, name]), order.to, (to) => act("to", { side, to }))),
    h("div", { class: "ky-numbers" },
      number(label("Wei", order.value !== than.value), order.value, `${side}-value`, (value) => send("value")({ value })),
      number(label("Nonce", order.nonce !== than.nonce), String(order.nonce), `${side}-nonce`, (nonce) => send("nonce")({ nonce }))));
}

function number(label, value, burst, send) {
  return h("label", { class: "mc-field" },
    h("span", { class: "mc-label" }, label),
    h("input", {
      class: "mc-input mc-code", inputmode: "numeric", autocomplete: "off", value, burst, maxlength: 15,
      oninput: (event) => /^[0-9]{1,15}$/.test(event.target.value) && send(Number(event.target.value)),
    }));
}

function arrival(picture, act) {
  const { altered } = picture;
  return h("div", { class: "mc-section ky-side" },
    h("div", { class: "mc-section-head" },
      h("div", { class: "ky-side-title" }, "What arrives"),
      altered.length > 0 && button({ class: "mc-link", onclick: () => act("mend") }, "Undo all alterations")),
    order(picture.received, "received", picture, act),
    h("div", { class: "ky-chain", role: "list" },
      part("Digest", hash(picture.received.digest, { than: picture.signed.digest })),
      part("r", hash(picture.r, { than: picture.true_r }), alter("r", act)),
      part("s", hash(picture.s, { than: picture.true_s }), alter("s", act),
        button({ class: "mc-link", onclick: () => act("twist") }, "Mirror: n − s")),
      part("Parity", h("span", { class: picture.y_parity === picture.true_y_parity ? "mc-hash" : "mc-hash mc-changed" }, picture.y_parity),
        button({ class: "mc-link", "aria-label": "Flip the parity", onclick: () => act("alter", { part: "y_parity" }) }, "Flip"),
        button({ class: "mc-link", onclick: () => act("zero") }, "Set r and s to 0"))),
    h("div", { class: "mc-field" },
      h("span", { class: "mc-label" }, altered.includes("the name") ? "Said to be signed by (altered)" : "Said to be signed by"),
      segments("Said to be signed by", picture.claims.map((name) => [name, name || "(no word)"]), picture.claimed, (name) => act("claim", { name }))),
    h("div", { class: "mc-note" }, altered.length ? `Altered on the way: ${altered.join(", ")}.` : "Nothing was altered on the way."));
}

function part(name, value, ...tools) {
  return h("div", { class: "ky-link", key: name, role: "listitem" },
    h("div", { class: "mc-label" }, name), h("div", null, value, tools.length > 0 && h("div", { class: "ky-part-tools" }, tools)));
}

function alter(part, act) {
  return button({ class: "mc-link", "aria-label": `Change a digit of ${part}`, onclick: () => act("alter", { part }) }, "Change a digit");
}

function verifier(picture) {
  const words = { true: "holds", false: "fails", null: "not reached" };
  return h("div", { class: "mc-section", key: "verifier" },
    h("div", { class: "ky-side-title" }, "What the verifier checks"),
    h("div", { class: "ky-checks", role: "list" }, picture.checks.map((check) =>
      h("div", { class: check.holds === null ? "ky-check ky-unreached" : "ky-check", key: check.rule, role: "listitem" },
        check.holds === null ? h("span", { class: "mc-mark ky-none", role: "img", "aria-label": words.null }, "–") : mark(check.holds),
        h("div", null,
          h("div", { class: "ky-check-name" }, check.name, " ", check.holds === false && h("code", { class: "mc-rule" }, check.rule)),
          h("div", { class: "ky-words" }, check.words))))),
    h("div", { class: picture.accepted ? "ky-verdict ky-yes" : "ky-verdict ky-no" },
      mark(picture.accepted, picture.accepted ? "accepted" : "refused"),
      picture.accepted ? `Accepted: ${picture.claimed} signed exactly this.` : "Refused."));
}
