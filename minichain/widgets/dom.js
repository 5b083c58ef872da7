// Elements as values, and the least change that turns one tree into the next.
// Text goes in as text: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "rect", "circle", "line", "polyline", "text", "title"]);
const AS_PROPERTY = new Set(["value", "checked", "selected", "indeterminate"]);

/** Make a node: a tag, its properties, its children (text, nodes, lists; null is left out). */
export function h(tag, properties, ...children) {
  const { key, ...rest } = properties ?? {};
  return { tag, key, properties: rest, children: normalize(children) };
}

/** Make `parent` show `nodes`, changing only what differs from what it showed before. */
export function patch(parent, nodes, isHeld = () => false) {
  const next = normalize([nodes]);
  reconcile(parent, parent.mcNodes ?? [], next, isHeld);
  parent.mcNodes = next;
}

function normalize(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== true)
    .map((child) => (typeof child === "object" ? child : { text: String(child) }));
}

function isSame(before, after) {
  return before.tag === after.tag && before.key === after.key;
}

function reconcile(parent, before, after, isHeld) {
  const left = [...before];
  for (const node of after) {
    const place = left.findIndex((candidate) => isSame(candidate, node));
    if (place >= 0) {
      const [match] = left.splice(place, 1);
      node.element = match.element;
      update(match, node, isHeld);
    } else {
      node.element = create(node, isHeld);
    }
  }
  for (const node of left) node.element.remove();
  // A node that stands where it should is not moved: moving takes the focus away.
  let cursor = parent.firstChild;
  for (const node of after) {
    if (node.element === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node.element, cursor);
  }
}

function create(node, isHeld) {
  if (node.tag === undefined) return document.createTextNode(node.text);
  const element = SVG_TAGS.has(node.tag)
    ? document.createElementNS(SVG, node.tag)
    : document.createElement(node.tag);
  node.element = element;
  // Children first: a select takes its value from options that are there.
  reconcile(element, [], node.children, isHeld);
  setProperties(element, {}, node.properties, isHeld);
  return element;
}

function update(before, after, isHeld) {
  if (after.tag === undefined) {
    if (before.text !== after.text) after.element.data = after.text;
    return;
  }
  reconcile(after.element, before.children, after.children, isHeld);
  setProperties(after.element, before.properties, after.properties, isHeld);
}

function setProperties(element, before, after, isHeld) {
  for (const name of Object.keys(before)) {
    if (!(name in after)) setProperty(element, name, null);
  }
  for (const [name, value] of Object.entries(after)) {
    if (AS_PROPERTY.has(name)) {
      // What the learner is typing stays until Python has answered to it.
      if (!isHeld(after.burst) && element[name] !== value) element[name] = value;
    } else if (before[name] !== value || typeof value === "object") {
      setProperty(element, name, value);
    }
  }
}

function setProperty(element, name, value) {
  if (name === "burst") return;
  if (name.startsWith("on")) {
    if (value !== null && typeof value !== "function") throw new TypeError(`${name} is no function`);
    listen(element, name.slice(2), value);
  } else if (name === "style") {
    // Through the object model: a strict page forbids style attributes.
    for (const [key, text] of Object.entries(value ?? {})) element.style.setProperty(key, text);
  } else if (AS_PROPERTY.has(name) || name === "scrollLeft") {
    // Scrolled to when the picture says another place, not whenever it is drawn.
    element[name] = value;
  } else if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function listen(element, type, handler) {
  element.mcHandlers ??= {};
  if (!(type in element.mcHandlers)) {
    element.addEventListener(type, (event) => element.mcHandlers[type]?.(event));
  }
  element.mcHandlers[type] = handler;
}
