// Mends what the theme leaves unsaid to those who hear or key their way through a page.

/** Give every scrolling block a way in by keyboard, and every control a name. */
export function repair(page: Document): void {
  for (const block of page.querySelectorAll<HTMLElement>("pre, .pst-scrollable-table-container, .table-wrapper, .minichain-twin, .math")) {
    if (block.scrollWidth > block.clientWidth && !block.hasAttribute("tabindex")) {
      block.tabIndex = 0;
    }
  }
  for (const fold of page.querySelectorAll<HTMLElement>(".bd-sidebar summary, .bd-links summary")) {
    if (!fold.textContent?.trim() && !fold.getAttribute("aria-label")) {
      fold.setAttribute("aria-label", "Show or hide the sections below");
    }
  }
  for (const box of page.querySelectorAll<HTMLInputElement>("input.sidebar-toggle, input.toctree-checkbox")) {
    if (!box.getAttribute("aria-label")) box.setAttribute("aria-label", "Show or hide the contents");
  }
}
