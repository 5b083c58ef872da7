// A cell's text as an editor, in the same colours as the text that it replaces.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The book's own names of colours, which follow the theme. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.moduleKeyword, tags.definitionKeyword], class: "k" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: tags.operator, class: "o" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.meta, class: "nd" },
]);

export interface Wishes {
  text: string;
  label: string;
  isFixed: boolean;
  onChange(text: string): void;
  onRun(): void;
  onRunAndGo(): void;
}

export class Editor {
  private readonly view: EditorView;

  constructor(place: HTMLElement, wishes: Wishes) {
    const act = (work: () => void) => () => {
      work();
      return true;
    };
    const keys = [
      { key: "Shift-Enter", run: act(wishes.onRunAndGo) },
      { key: "Mod-Enter", run: act(wishes.onRun) },
      // So that Tab leads on, for those who have no other way out.
      { key: "Escape", run: act(() => this.leave()) },
      indentWithTab,
    ];
    const state = EditorState.create({
      doc: wishes.text,
      extensions: [
        history(),
        python(),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        syntaxHighlighting(COLOURS),
        EditorView.lineWrapping,
        EditorState.readOnly.of(wishes.isFixed),
        EditorView.contentAttributes.of({ "aria-label": wishes.label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => update.docChanged && wishes.onChange(this.text)),
        keymap.of([...keys, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
      ],
    });
    this.view = new EditorView({ state, parent: place });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  focus(): void {
    this.view.focus();
  }

  /** Put the cursor where a click was. */
  focusAt(x: number, y: number): void {
    this.view.focus();
    const at = this.view.posAtCoords({ x, y });
    if (at !== null) this.view.dispatch({ selection: { anchor: at } });
  }

  private leave(): void {
    this.view.dom.closest<HTMLElement>(".live-cell")?.querySelector<HTMLElement>(".live-run")?.focus();
  }
}
