// Arrow keys. A group marked data-roving is one stop of the Tab key; inside it the arrow
// keys move to the nearest element marked data-rove in their direction, as laid out.

const current = new WeakMap();

function itemsOf(group) {
  return [...group.querySelectorAll("[data-rove]")].filter(
    (item) => item.closest("[data-roving]") === group,
  );
}

function choose(group, item) {
  for (const other of itemsOf(group)) other.tabIndex = other === item ? 0 : -1;
  current.set(group, { item, place: itemsOf(group).indexOf(item) });
}

/** After each drawing: let every group have exactly one element that Tab reaches. */
export function settleRoving(root) {
  for (const group of root.querySelectorAll("[data-roving]")) {
    const items = itemsOf(group);
    if (items.length === 0) continue;
    const last = current.get(group);
    const kept = items.includes(last?.item) ? last.item : items[Math.min(last?.place ?? 0, items.length - 1)];
    const marked = last ? null : items.find((item) => item.matches("[aria-current=true],[aria-selected=true]"));
    choose(group, marked ?? kept);
  }
}

/** Whether an arrow key, Home or End moved the focus. */
export function moveRoving(event) {
  const item = event.target.closest?.("[data-rove]");
  const group = item?.closest("[data-roving]");
  if (!group || event.altKey || event.ctrlKey || event.metaKey) return false;
  const items = itemsOf(group);
  const target = targetOf(event.key, item, items);
  if (!target) return event.key.startsWith("Arrow");
  choose(group, target);
  target.focus();
  return true;
}

/** Remember the element that got the focus by other means. */
export function noteRoving(event) {
  const group = event.target.closest?.("[data-rove]")?.closest("[data-roving]");
  if (group) choose(group, event.target.closest("[data-rove]"));
}

function targetOf(key, item, items) {
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
  if (dx === 0 && dy === 0) return null;
  const from = middle(item);
  let best = null;
  let least = Infinity;
  for (const other of items) {
    const to = middle(other);
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const across = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    // Straight on beats aside; sideways keys stay in their row.
    const cost = along + across * (dx ? 8 : 2);
    if (along > 1 && (dx === 0 || across < 12) && cost < least) [best, least] = [other, cost];
  }
  if (best || dx === 0) return best;
  return items[items.indexOf(item) + dx] ?? null;
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}
