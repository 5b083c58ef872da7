// Small pieces of the page that cells are worked with.

/** Make an element with a class and text. */
export function element(kind: string, name: string, text = ""): HTMLElement {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text;
  return made;
}

/** Make a button; `label` goes on where its text leaves those who do not see its place. */
export function button(text: string, name: string, label: string, work: () => void): HTMLButtonElement {
  const made = element("button", `live-button ${name}`, text) as HTMLButtonElement;
  made.type = "button";
  made.setAttribute("aria-label", `${text}: ${label}`);
  made.title = label;
  made.addEventListener("click", work);
  return made;
}
