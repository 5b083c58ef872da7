// The notebook that a page was made from, as the page carries it.

/** One cell. */
export interface Cell {
  index: number;
  id: string;
  kind: "code" | "markdown" | "raw";
  source: string;
  tags: string[];
  metadata: Record<string, unknown>;
}

export interface Notebook {
  /** Where it lies in the book, without ending. */
  path: string;
  metadata: Record<string, unknown>;
  cells: Cell[];
}

/** Return the page's notebook, if it was made from one. */
export function readNotebook(page: Document = document): Notebook | undefined {
  const script = page.querySelector("script.live-notebook");
  return script ? (JSON.parse(script.textContent ?? "") as Notebook) : undefined;
}
