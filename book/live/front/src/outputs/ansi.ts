// Colours of a terminal, as spans; every other control sequence is dropped.

const SEQUENCE = /\x1b\[([0-9;]*)([A-Za-z])/g;
const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Return text with terminal colours as nodes for a page. */
export function fromAnsi(text: string): DocumentFragment {
  const made = document.createDocumentFragment();
  let [classes, from] = ["", 0];
  const put = (part: string) => {
    if (!part) return;
    if (!classes) return void made.append(part);
    const span = document.createElement("span");
    span.className = classes;
    span.textContent = part;
    made.append(span);
  };
  for (const found of text.matchAll(SEQUENCE)) {
    put(text.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[2] === "m") classes = classesOf(found[1]);
  }
  put(text.slice(from));
  return made;
}

function classesOf(codes: string): string {
  const names: string[] = [];
  for (const code of codes.split(";").map(Number)) {
    if (code === 1) names.push("ansi-bold");
    if (code >= 30 && code <= 37) names.push(`ansi-${COLOURS[code - 30]}-fg`);
    if (code >= 90 && code <= 97) names.push(`ansi-${COLOURS[code - 90]}-fg`);
  }
  return names.join(" ");
}

/** Return text as a terminal would leave it: a carriage return goes back in the line. */
export function settle(text: string): string {
  if (!text.includes("\r") && !text.includes("\b")) return text;
  return text
    .replace(/\r\n/g, "\n")
    .split("\n")
    .map((line) => {
      let settled = "";
      for (const part of line.split("\r")) settled = part + settled.slice(part.length);
      return settled.replace(/[^\b]\b/g, "").replace(/\b/g, "");
    })
    .join("\n");
}
