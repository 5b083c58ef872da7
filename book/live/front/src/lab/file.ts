// A lab's work as a notebook file, out and in. What comes in is read with suspicion: only
// the text of cells is taken from it, and nothing of it is shown or run.

import type { Notebook } from "../kernel/notebook";

/** Characters of a file that is read. */
const LARGEST = 5_000_000;

/** Return the page's notebook with the reader's answers, as the text of a file. */
export function toNotebook({ metadata, cells }: Notebook, answers: Map<number, string>): string {
  const written = cells.map((cell) => {
    const common = { cell_type: cell.kind, id: cell.id, metadata: cell.metadata };
    const source = answers.get(cell.index) ?? cell.source;
    return cell.kind === "code" ? { ...common, execution_count: null, outputs: [], source } : { ...common, source };
  });
  return JSON.stringify({ cells: written, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1) + "\n";
}

/** Return the text of each code cell of a notebook file, by its id. */
export function readAnswers(text: string): Map<string, string> {
  if (text.length > LARGEST) throw new Error(`This file is too large: ${text.length} characters, at most ${LARGEST}.`);
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("This file is no notebook: it is not JSON.");
  }
  const cells = (file as { cells?: unknown } | null)?.cells;
  if (!Array.isArray(cells)) throw new Error("This file is no notebook: it has no cells.");
  const answers = new Map<string, string>();
  for (const cell of cells as Record<string, unknown>[]) {
    const { source, id } = cell ?? {};
    const whole = Array.isArray(source) ? source.join("") : source;
    if (cell?.cell_type === "code" && typeof id === "string" && typeof whole === "string") answers.set(id, whole);
  }
  if (!answers.size) throw new Error("This notebook has no code cells with ids: is it this lab's?");
  return answers;
}
