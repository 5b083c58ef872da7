// Mends what the theme leaves unsaid to those who hear or key their way through a page.

const SCROLLING = "pre, .pst-scrollable-table-container, .table-wrapper, .minichain-twin, .live-figure-twin, .math";

/** Give every scrolling block a way in by keyboard, and every control a name. */
export function repair(page: Document): void {
  for (const block of page.querySelectorAll<HTMLElement>(SCROLLING)) {
    if (block.scrollWidth > block.clientWidth && !block.hasAttribute("tabindex")) block.tabIndex = 0;
  }
  name(page, ".bd-sidebar summary, .bd-links summary", "Show or hide the sections below");
  name(page, "input.sidebar-toggle, input.toctree-checkbox", "Show or hide the contents");
  // A label must not say something else than what stands there.
  for (const summary of page.querySelectorAll("details.hide > summary")) summary.removeAttribute("aria-label");
  for (const search of page.querySelectorAll(".search-button-field")) search.removeAttribute("aria-label");
  for (const keys of page.querySelectorAll(".search-button__kbd-shortcut")) keys.setAttribute("aria-hidden", "true");
  // This role is no longer one; the entries stand in a list.
  for (const entry of page.querySelectorAll('[role="doc-biblioentry"]')) entry.setAttribute("role", "listitem");
  for (const sidebar of page.querySelectorAll("#pst-primary-sidebar")) {
    sidebar.setAttribute("role", "complementary");
    sidebar.setAttribute("aria-label", "The book");
  }
  // The theme listens to the first of the buttons that open a sidebar, and shows another.
  for (const kind of [".primary-toggle", ".secondary-toggle"]) {
    const [first, ...others] = page.querySelectorAll<HTMLElement>(kind);
    for (const other of others) other.addEventListener("click", () => first.click());
  }
  for (const button of page.querySelectorAll<HTMLElement>("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
  // Folded parts are printed unfolded.
  const folds = () => page.querySelectorAll<HTMLDetailsElement>("details:not([open])");
  window.addEventListener("beforeprint", () => folds().forEach((fold) => (fold.dataset.folded = "")));
  window.addEventListener("beforeprint", () => folds().forEach((fold) => (fold.open = true)));
  window.addEventListener("afterprint", () => {
    for (const fold of page.querySelectorAll<HTMLDetailsElement>("details[data-folded]")) {
      fold.open = false;
      delete fold.dataset.folded;
    }
  });
}

function name(page: Document, selector: string, words: string): void {
  for (const control of page.querySelectorAll<HTMLElement>(selector)) {
    if (control.textContent?.trim() || control.getAttribute("aria-label")) continue;
    control.setAttribute("aria-label", words);
  }
}
