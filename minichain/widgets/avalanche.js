// The avalanche: bits of a message to flip, both digests as cells, and the histogram.

import { h } from "./dom.js";
import { lesson } from "./base.js";
import { bitGrid, button, field, hash, segments } from "./parts.js";

export default lesson((picture, act) => [
  h("div", { class: "mc-section", key: "message" },
    h("div", { class: "mc-row av-top" },
      field("Message", picture.text, {
        burst: "type", limit: picture.limit, mono: true,
        send: (text) => act("type", { text }, { burst: "type" }),
      }),
      segments("Hash function", picture.hashes, picture.hash, (name) => act("hash", { hash: name }))),
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Its bits, to flip"),
      h("span", { class: "mc-note" }, flipped(picture.flips), " ",
        picture.flips > 0 && button({ class: "mc-link", onclick: () => act("mend") }, "Flip them back"))),
    h("div", { class: "av-bytes", role: "group", "aria-label": "Bits of the message", "data-roving": true },
      picture.bytes.map((byte, place) => letter(byte, place, act)))),
  digests(picture),
  picture.after !== null && experiment(picture.sample, act),
]);

function flipped(count) {
  return count === 0 ? "None is flipped." : `${count} flipped.`;
}

function letter(byte, place, act) {
  const altered = byte.was !== byte.is;
  return h("div", { class: altered ? "av-byte av-altered" : "av-byte", key: place },
    h("span", { class: "av-letter", "aria-hidden": "true" }, byte.letter),
    h("span", { class: "av-bits" }, [7, 6, 5, 4, 3, 2, 1, 0].map((power) => {
      const now = byte.is >> power & 1;
      const changed = now !== (byte.was >> power & 1);
      return button({
        key: power, class: changed ? "av-bit mc-changed" : "av-bit", "data-rove": true,
        "aria-pressed": changed ? "true" : "false",
        "aria-label": `Byte ${place + 1}, bit ${8 - power}: ${now}${changed ? ", flipped" : ""}`,
        onclick: () => act("flip", { bit: 8 * place + 7 - power }),
      }, now);
    })));
}

function digests(picture) {
  const { before, after, changed } = picture;
  return h("div", { class: "mc-columns", key: "digests" },
    h("div", { class: "mc-section" },
      h("div", { class: "mc-section-head" }, h("span", { class: "mc-label" }, "Digest of the message")),
      bitGrid(before, { label: "The digest's 256 bits" }),
      h("div", null, hash(before))),
    h("div", { class: "mc-section" },
      h("div", { class: "mc-section-head" },
        h("span", { class: "mc-label" }, "Digest with the bits flipped"),
        changed !== null && h("span", { class: "mc-note" }, h("b", { class: "av-count" }, changed), " of 256 bits changed")),
      after === null
        ? h("div", { class: "av-veil" }, "Shown once you have guessed.")
        : [bitGrid(after, { than: before, label: `The digest's 256 bits, ${changed} changed` }),
           h("div", null, hash(after, { than: before }))]));
}

function experiment(sample, act) {
  return h("div", { class: "mc-section", key: "experiment" },
    h("div", { class: "mc-section-head" },
      h("span", { class: "mc-label" }, "Was that luck? Flip many bits, one at a time"),
      h("span", { class: "mc-row" },
        [100, 1000, 10000].map((trials) =>
          button({ key: trials, class: "mc-button", onclick: () => act("try", { trials }) }, trials.toLocaleString("en"), h("span", { class: "mc-hidden" }, " flips"))))),
    sample && [
      histogram(sample),
      h("div", { class: "mc-note" },
        `${sample.done.toLocaleString("en")} flips: ${sample.mean} bits on average, standard deviation ${sample.deviation}. `,
        `Fair coins: 128 and 8. Fewest ${sample.least}, most ${sample.most}.`)]);
}

function histogram({ bins, done }) {
  const [width, height, floor] = [640, 200, 172];
  const top = Math.max(...bins.map(([, count, expected]) => Math.max(count, expected)), 1);
  const step = width / bins.length;
  const y = (value) => floor - value / top * (floor - 12);
  const bars = bins.map(([, count], i) => `M${i * step + step * 0.15} ${floor}V${y(count).toFixed(2)}h${step * 0.7}V${floor}z`).join("");
  const curve = bins.map(([, , expected], i) => `${i ? "L" : "M"}${((i + 0.5) * step).toFixed(2)} ${y(expected).toFixed(2)}`).join("");
  const ticks = bins.map(([changed], i) => [changed, (i + 0.5) * step]).filter(([changed]) => changed % 8 === 0);
  return h("div", { class: "av-chart" },
    h("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Histogram of ${done} flips; the table under In words has its numbers` },
      h("path", { class: "av-bars", d: bars }),
      h("path", { class: "av-axis", d: `M0 ${floor}H${width}` }),
      h("path", { class: "av-curve", d: curve }),
      ticks.map(([changed, x]) => h("text", { key: changed, class: changed % 16 ? "av-minor" : "", x, y: floor + 18, "text-anchor": "middle" }, changed))),
    h("div", { class: "av-legend mc-note", "aria-hidden": "true" },
      h("span", null, h("span", { class: "av-key-bar" }), "flips that changed so many bits"),
      h("span", null, h("span", { class: "av-key-line" }), "what 256 fair coins would give")));
}
