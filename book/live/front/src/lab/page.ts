// A lab in the page: answers are editors, checks count, and the work can be taken away.

import type { CodeCell, Page } from "../cells/cell";
import { button, element } from "../cells/tools";
import type { Notebook } from "../kernel/notebook";
import { join } from "../outputs/output";
import { readAnswers, toNotebook } from "./file";

/** What is kept of a lab beside its answers. */
const PROGRESS = "progress";

export function makeLabLive(notebook: Notebook, cells: Map<number, CodeCell>, page: Page): void {
  const all = [...cells.values()];
  const checks = all.filter((cell) => cell.isCheck);
  const passed = new Set((page.store.read(PROGRESS)?.mine ?? "").split(" ").filter(Boolean));
  const bar = element("section", "live-lab");
  bar.setAttribute("aria-label", "Your work on this lab");
  const words = element("p", "live-lab-words");
  words.setAttribute("role", "status");
  const meter = document.createElement("meter");
  meter.max = checks.length;
  meter.setAttribute("aria-label", "Questions whose checks pass");

  const show = () => {
    const count = checks.filter((cell) => passed.has(cell.cell.id)).length;
    meter.value = count;
    words.textContent = `${count} of ${checks.length} questions pass their checks here. Your answers are kept in this browser.`;
  };
  page.onChecked = (cell) => {
    if (isPassed(cell)) passed.add(cell.cell.id);
    else passed.delete(cell.cell.id);
    page.store.write(PROGRESS, { mine: [...passed].join(" "), book: "" });
    show();
  };

  const take = button("Take your work away", "live-export", "save your answers as a notebook file", () => save(notebook, all));
  const bring = button("Bring work back", "live-import", "load answers from a notebook file; nothing runs", () => picker.click());
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = ".ipynb,application/json";
  picker.hidden = true;
  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (file) void load(file, all, page);
  });
  const checkAll = button("Check all", "live-check-all", "run every check, in order", () => void inOrder(checks));
  bar.append(words, meter, checkAll, take, bring, picker);
  document.querySelector(".bd-article h1")?.after(bar);
  show();
  // An answer is there to be written: it is an editor from the start.
  for (const cell of all) if (cell.cell.id.endsWith("-answer")) void cell.open();
}

async function inOrder(checks: CodeCell[]): Promise<void> {
  for (const check of checks) await check.run();
}

function isPassed(cell: CodeCell): boolean {
  const texts = (cell.outputs ?? []).map((output) => ("data" in output ? join(output.data["text/plain"]) : ""));
  const said = texts.join("\n");
  return said.includes("✓") && !said.includes("✗");
}

function save(notebook: Notebook, cells: CodeCell[]): void {
  const answers = new Map(cells.map((cell) => [cell.cell.index, cell.current]));
  const blob = new Blob([toNotebook(notebook, answers)], { type: "application/x-ipynb+json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${notebook.path.split("/").pop()}.ipynb`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function load(file: File, cells: CodeCell[], page: Page): Promise<void> {
  try {
    const answers = readAnswers(await file.text());
    const known = cells.filter((cell) => !cell.isFixed && answers.has(cell.cell.id));
    for (const cell of known) await cell.write(answers.get(cell.cell.id) as string);
    page.say(`${known.length} answers were put in their places. Nothing has run yet: read them, then check.`);
  } catch (error) {
    page.say(error instanceof Error ? error.message : String(error));
  }
}
