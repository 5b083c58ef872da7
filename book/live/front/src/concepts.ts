// The map of concepts: lines from each idea up to those it rests on, lit on approach.

const SVG = "http://www.w3.org/2000/svg";

interface Link {
  from: string;
  to: string;
  path: SVGPathElement;
}

/** Draw the lines of every map of the page, and keep them in place. */
export function drawLines(): void {
  for (const map of document.querySelectorAll<HTMLElement>(".concepts")) draw(map);
}

function draw(map: HTMLElement): void {
  const canvas = document.createElementNS(SVG, "svg");
  canvas.classList.add("concepts-lines");
  canvas.setAttribute("aria-hidden", "true");
  map.prepend(canvas);
  const cards = new Map<string, HTMLElement>();
  for (const card of map.querySelectorAll<HTMLElement>(".concepts-card")) cards.set(nameOf(card), card);
  const links: Link[] = [];
  for (const [from, card] of cards) {
    for (const to of needsOf(card)) links.push({ from, to, path: canvas.appendChild(document.createElementNS(SVG, "path")) });
  }
  const place = () => links.forEach((link) => trace(link, cards, map));
  new ResizeObserver(place).observe(map);
  for (const [name, card] of cards) {
    const light = () => lightUp(name, cards, links);
    const dim = () => lightUp(undefined, cards, links);
    card.addEventListener("pointerenter", light);
    card.addEventListener("pointerleave", dim);
    card.addEventListener("focusin", light);
    card.addEventListener("focusout", dim);
  }
}

const nameOf = (card: HTMLElement) => card.id.replace(/^concept-/, "");
const needsOf = (card: HTMLElement) => (card.dataset.needs ?? "").split(" ").filter(Boolean);

function trace(link: Link, cards: Map<string, HTMLElement>, map: HTMLElement): void {
  const frame = map.getBoundingClientRect();
  const from = cards.get(link.from)?.getBoundingClientRect();
  const to = cards.get(link.to)?.getBoundingClientRect();
  if (!from || !to) return;
  const [x1, y1] = [from.left + from.width / 2 - frame.left, from.top - frame.top];
  const [x2, y2] = [to.left + to.width / 2 - frame.left, to.bottom - frame.top];
  // Cards of one floor may rest on one another: then the line runs between their sides.
  if (y1 < y2) {
    const [left, right] = from.left < to.left ? [from, to] : [to, from];
    const y = from.top + from.height / 2 - frame.top;
    link.path.setAttribute("d", `M${left.right - frame.left} ${y}H${right.left - frame.left}`);
    return;
  }
  const bend = Math.max(18, (y1 - y2) / 2);
  link.path.setAttribute("d", `M${x1} ${y1}C${x1} ${y1 - bend} ${x2} ${y2 + bend} ${x2} ${y2}`);
}

function lightUp(name: string | undefined, cards: Map<string, HTMLElement>, links: Link[]): void {
  const lit = new Set<string>();
  const queue = name ? [name] : [];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (lit.has(next)) continue;
    lit.add(next);
    queue.push(...needsOf(cards.get(next)!));
  }
  for (const [card, element] of cards) element.classList.toggle("lit", lit.has(card));
  for (const link of links) link.path.classList.toggle("lit", lit.has(link.from));
}
