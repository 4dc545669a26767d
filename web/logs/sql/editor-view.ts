/**
 * The editor itself: CodeMirror in a shadow root, where it adopts its style sheets instead of writing style
 * elements, which our policy forbids. Colours are the variables of styles.css, so both themes are right.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { SQLDialect, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { SqlSchema } from '#contract/sql.ts';
import { completeSql, completionsOf, KEYWORDS } from './completions.ts';

export interface Editor {
  text(): string;
  setText(text: string): void;
  setSchema(schema: SqlSchema): void;
  /** Underlines a range; null: nothing. */
  mark(range: { from: number; to: number } | null): void;
  goTo(at: number): void;
  close(): void;
}

interface EditorOptions {
  host: HTMLElement;
  text: string;
  label: string;
  describedBy: string;
  onChange: (text: string) => void;
  /** With the text as it is that moment: the page may be a letter behind. */
  onRun: (text: string) => void;
}

const setMark = StateEffect.define<{ from: number; to: number } | null>();
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(old, transaction) {
    let now = transaction.docChanged ? Decoration.none : old;
    for (const effect of transaction.effects)
      if (effect.is(setMark))
        now = effect.value
          ? Decoration.set([
              Decoration.mark({ class: 'cm-problem' }).range(effect.value.from, effect.value.to),
            ])
          : Decoration.none;
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '13px' },
  // The ring is the page's.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, monospace',
    lineHeight: '20px',
    maxHeight: '45vh',
  },
  '.cm-content, .cm-gutter': { minHeight: '144px' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-line': { padding: '0 10px' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-placeholder': { color: 'var(--ink-faint)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--accent-soft) !important',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--hover)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-problem': {
    textDecoration: 'underline wavy var(--danger)',
    textUnderlineOffset: '3px',
    backgroundColor: 'var(--danger-soft)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
    color: 'var(--ink)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-soft)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-tooltip.cm-completionInfo': {
    padding: '6px 10px',
    maxWidth: '320px',
    fontFamily: 'system-ui, sans-serif',
    color: 'var(--ink-soft)',
  },
  // Beside the names there is no room for it, and over them it hides them.
  '@media (max-width: 640px)': { '.cm-tooltip.cm-completionInfo': { display: 'none' } },
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--code-comment)' },
]);
/** A browser that replaces coloured text itself gives the new one a style attribute, which our policy forbids. */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType } = event;
    if (inputType !== 'insertText' || data === null || view.composing || view.state.selection.main.empty)
      return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});
const dialect = SQLDialect.define({ keywords: KEYWORDS.join(' '), types: '', builtin: '' });

export function openEditor({ host, text, label, describedBy, onChange, onRun }: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const completion = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        EditorView.lineWrapping,
        placeholder('SELECT service, count(*) AS lines FROM logs GROUP BY service ORDER BY lines DESC'),
        sql({ dialect }),
        syntaxHighlighting(colours),
        marks,
        look,
        completion.of([]),
        Prec.highest(
          keymap.of([
            {
              key: 'Mod-Enter',
              run: ({ state }) => {
                onRun(state.doc.toString());
                return true;
              },
            },
          ]),
        ),
        // Tab leaves the editor: who uses keys alone must come out of it.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-describedby': describedBy,
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        typeOverSelection,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    setSchema: (schema) =>
      view.dispatch({
        effects: completion.reconfigure(
          autocompletion({ override: [completeSql(completionsOf(schema))], icons: false }),
        ),
      }),
    mark: (range) => {
      const end = view.state.doc.length;
      const safe = range && range.to <= end && range.from < range.to ? range : null;
      view.dispatch({ effects: setMark.of(safe) });
    },
    goTo: (at) => {
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}
