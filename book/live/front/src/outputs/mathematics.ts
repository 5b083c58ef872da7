// Formulas in outputs, set by the MathJax that the page brought for its own, if any.

interface MathJax {
  typesetPromise?: (where: Element[]) => Promise<void>;
  /** What ipywidgets' labels ask: the face of MathJax 2. */
  Hub?: { Queue: (work: [string, unknown, Element]) => void };
}

const page = globalThis as { MathJax?: MathJax };

/** Set the formulas in a place. */
export function typeset(place: Element): void {
  void page.MathJax?.typesetPromise?.([place]);
}

/** Give the page's MathJax the face that ipywidgets knows. */
export function serveLabels(): void {
  if (page.MathJax) page.MathJax.Hub ??= { Queue: ([, , place]) => typeset(place) };
}
