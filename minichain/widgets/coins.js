// Coins and accounts: one payment, two books, and the attempt to pay twice.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { button, mark, segments } from "./parts.js";

export default lesson((picture, act) => [
  payment(picture, act),
  h("div", { class: "mc-columns co-columns", key: "books" }, coins(picture, act), accounts(picture, act)),
  picture.said && h("div", { class: "mc-section co-said", key: "said" },
    mark(false, "refused"),
    h("span", null, picture.attempt === "double" ? "The same coin, spent again: " : "The same transaction, handed in again: ", picture.said, ".")),
]);

function payment(picture, act) {
  const names = picture.people.map((name) => [name, name]);
  return h("div", { class: "mc-section co-panel", key: "pay" },
    h("div", { class: "mc-row" },
      h("div", { class: "mc-field" }, h("span", { class: "mc-label" }, "From"),
        segments("From", names, picture.payer, (name) => act("payer", { name }))),
      h("div", { class: "mc-field" }, h("span", { class: "mc-label" }, "To"),
        segments("To", names, picture.payee, (name) => act("payee", { name }))),
      h("label", { class: "mc-field co-amount" }, h("span", { class: "mc-label" }, "Amount"),
        h("input", {
          class: "mc-input mc-code", inputmode: "numeric", autocomplete: "off", value: String(picture.amount), burst: "amount", maxlength: 3,
          oninput: (event) => {
            const amount = Number(event.target.value);
            if (Number.isInteger(amount) && amount >= 1 && amount <= picture.limit) act("amount", { amount }, { burst: "amount" });
          },
        }))),
    h("div", { class: "mc-row" },
      button({ class: "mc-button mc-primary", onclick: () => act("pay") }, "Pay, in both books"),
      h("span", { class: "mc-note" }, picture.last ? `${picture.last}.` : "Nothing has been paid yet.")));
}

function coins(picture, act) {
  return h("div", { class: "mc-section co-panel" },
    h("div", { class: "co-title" }, "Coins"),
    picture.people.map((owner) => h("div", { class: "co-row", key: owner },
      h("span", { class: "mc-label" }, owner),
      h("ul", { class: "co-coins", "aria-label": `Coins of ${owner}` },
        picture.coins.filter((coin) => coin.owner === owner).map((coin) =>
          h("li", { class: coin.fresh ? "co-coin co-fresh" : "co-coin", key: coin.name },
            h("b", null, String(coin.value)), h("span", { class: "mc-note" }, coin.fresh ? `${coin.name}, new` : coin.name))),
        picture.spent.filter((coin) => coin.owner === owner).map((coin) =>
          h("li", { class: "co-coin co-gone", key: `gone-${coin.name}` },
            h("s", null, String(coin.value)), h("span", { class: "mc-note" }, "spent")))))),
    h("div", { class: "mc-note" }, "A coin is spent whole. What is left over comes back as a new one."),
    picture.payments > 0 && button({ class: "mc-button", onclick: () => act("double") }, "Spend the last coins again"));
}

function accounts(picture, act) {
  return h("div", { class: "mc-section co-panel" },
    h("div", { class: "co-title" }, "Accounts"),
    h("table", { class: "co-table" },
      h("thead", null, h("tr", null, ["owner", "balance", "nonce"].map((name) => h("th", { key: name, scope: "col" }, name)))),
      h("tbody", null, picture.accounts.map((account) => h("tr", { key: account.owner },
        h("th", { scope: "row" }, account.owner), h("td", null, String(account.balance)), h("td", null, String(account.nonce)))))),
    h("div", { class: "mc-note" }, "The nonce counts the transactions an account has sent. The next one must carry it."),
    picture.payments > 0 && button({ class: "mc-button", onclick: () => act("replay") }, "Hand the last transaction in again"));
}
