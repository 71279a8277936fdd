// The clause editor: CodeMirror where the words stand, made to look as if nothing had been put there.
import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { Annotation, EditorSelection, EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, RectangleMarker, keymap, layer } from "@codemirror/view";
import { marking } from "./marks.js";

/** What came from the table, and is not to be sent there again. */
export const fromTable = Annotation.define();
/** Put the carets of others elsewhere: [{sid, name, tone, at: [anchor, head]}]. */
export const setOthers = StateEffect.define();

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Words on one line, as the server keeps them. */
export const oneLine = (text) => text.replace(CONTROLS, " ").replace(HALVES, "");

/** What changes a document of `length` from one text into another, in the one place where they differ. */
export function difference(old, now) {
  let from = 0;
  while (from < old.length && from < now.length && old[from] === now[from]) from += 1;
  let [end, last] = [old.length, now.length];
  while (end > from && last > from && old[end - 1] === now[last - 1]) [end, last] = [end - 1, last - 1];
  return { from, to: end, insert: now.slice(from, last) };
}

// Where others write

const others = StateField.define({
  create: () => [],
  update(carets, transaction) {
    for (const effect of transaction.effects) if (effect.is(setOthers)) return effect.value;
    if (!transaction.docChanged) return carets;
    return carets.map((one) => ({ ...one, at: one.at.map((place) => transaction.changes.mapPos(Math.min(place, transaction.startState.doc.length), 1)) }));
  },
});

class Caret extends RectangleMarker {
  constructor({ left, top, height }, { name, tone }) {
    super(`caret t${tone}`, left, top, null, height);
    this.name = name;
  }

  draw() {
    const caret = super.draw();
    caret.append(Object.assign(document.createElement("span"), { textContent: this.name }));
    return caret;
  }

  update(element, before) {
    return this.name === before.name && super.update(element, before);
  }

  eq(other) {
    return this.name === other.name && super.eq(other);
  }
}

function caretsOf(view) {
  const { length } = view.state.doc;
  return view.state.field(others).flatMap((one) => {
    const [anchor, head] = one.at.map((place) => Math.min(place, length));
    const rectangles = (range) => RectangleMarker.forRange(view, `picked t${one.tone}`, range);
    const picked = anchor === head ? [] : rectangles(EditorSelection.range(Math.min(anchor, head), Math.max(anchor, head)));
    return [...picked, ...rectangles(EditorSelection.cursor(head)).map((place) => new Caret(place, one))];
  });
}

const carets = [
  others,
  layer({
    above: true,
    class: "carets",
    markers: caretsOf,
    update: (update) => update.docChanged || update.geometryChanged || update.startState.field(others) !== update.state.field(others),
  }),
];

// What was typed here, so that on leaving only one's own spaces are tidied

const own = StateField.define({
  create: () => [],
  update(ranges, transaction) {
    if (!transaction.docChanged) return ranges;
    const kept = ranges.map(([from, to]) => [transaction.changes.mapPos(from, -1), transaction.changes.mapPos(to, 1)]);
    if (!transaction.annotation(fromTable)) transaction.changes.iterChangedRanges((_a, _b, from, to) => kept.push([from, to]));
    return kept;
  },
});

/** The changes that take out spaces at the ends and doubled ones, where they or their neighbours were typed here. */
export function tidied(state) {
  const text = state.doc.toString();
  const ranges = state.field(own);
  const changes = [];
  for (const { index, 0: run } of text.matchAll(/ +/g)) {
    const end = index + run.length;
    const atEdge = index === 0 || end === text.length;
    if (run.length === 1 && !atEdge) continue;
    if (ranges.some(([from, to]) => from <= end && index <= to)) changes.push({ from: index + (atEdge ? 0 : 1), to: end });
  }
  return changes;
}

// The editor

const line = Decoration.line({ attributes: { dir: "auto" } });
const lines = EditorView.decorations.compute(["doc"], ({ doc }) =>
  Decoration.set(Array.from({ length: doc.lines }, (_, index) => line.range(doc.line(index + 1).from))));

// A clause is one line: whatever would break it becomes a space.
const single = (said) => EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.annotation(fromTable)) return transaction;
  let broken = 0;
  const changes = [];
  transaction.changes.iterChanges((from, to, _a, _b, inserted) => {
    const text = inserted.toString();
    if (oneLine(text) !== text) broken = Math.max(broken, text.split(/\s*[\n\r\u2028\u2029]\s*/).filter(Boolean).length);
    changes.push({ from, to, insert: oneLine(text.replace(/\s*[\n\r\u2028\u2029]+\s*/g, " ")) });
  });
  if (!changes.some(({ insert }, index) => insert !== textsOf(transaction.changes)[index])) return transaction;
  if (broken > 1) said(broken);
  const length = changes.reduce((end, { from, to, insert }) => Math.max(end, from + insert.length), 0);
  return { changes, selection: { anchor: length }, scrollIntoView: true, userEvent: transaction.annotation(Transaction.userEvent) };
});

// As much as the server keeps of one clause, and of one heading.
const LONGEST = 100_000;
const LONGEST_HEADING = 1_000;

const bounded = (heading, said) => EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.annotation(fromTable)) return transaction;
  const longest = heading ? LONGEST_HEADING : LONGEST;
  if (transaction.newDoc.length <= Math.max(longest, transaction.startState.doc.length)) return transaction;
  said(`That is too much: a ${heading ? "heading" : "clause"} may have ${longest.toLocaleString("en")} characters at most. Nothing was put in.`);
  return [];
});

function textsOf(changes) {
  const found = [];
  changes.iterChanges((_a, _b, _c, _d, inserted) => found.push(inserted.toString()));
  return found;
}

/**
 * The state of an editor for these words. `acts` answer keys: enter, back, forth, deeper, shallower, up, down, left, right, escape,
 * each told the view, and true when it did something; pasted(count) hears of several paragraphs, tooMuch(sentence) of words that
 * are too many; `isHeld()` says that keys wait,
 * and `hold(text)` takes them.
 */
export function editorState(words, { label, heading, acts, nonce }) {
  if (!bases.has(heading)) bases.set(heading, emptyState(heading, acts, nonce));
  return bases.get(heading).update({
    changes: { from: 0, insert: words },
    effects: naming.of(label),
    annotations: [fromTable.of(true), Transaction.addToHistory.of(false)],
    filter: false,
  }).state;
}

// All that an editor can do is put together once on a page, and each clause begins from it: that takes longer than anything else.
const bases = new Map();

const naming = StateEffect.define();
const name = StateField.define({
  create: () => "",
  update: (now, { effects }) => effects.find((effect) => effect.is(naming))?.value ?? now,
  provide: (field) => EditorView.contentAttributes.from(field, (label) => ({ "aria-label": label })),
});

function emptyState(heading, acts, nonce) {
  return EditorState.create({
    extensions: [
      name,
      EditorView.cspNonce.of(nonce),
      EditorView.lineWrapping,
      EditorView.perLineTextDirection.of(true),
      EditorView.contentAttributes.of({
        "aria-multiline": "false",
        dir: "auto",
        spellcheck: "true",
        autocorrect: "on",
        autocapitalize: heading ? "words" : "sentences",
        enterkeyhint: heading ? "done" : "enter",
      }),
      history(),
      Prec.high(keymap.of(keysOf(acts, heading))),
      keymap.of([...historyKeymap, ...standardKeymap]),
      EditorView.inputHandler.of((_view, _from, _to, text) => acts.isHeld() && acts.hold(text)),
      EditorState.transactionFilter.of((transaction) => transaction.docChanged && !transaction.annotation(fromTable) && acts.isHeld() ? [] : transaction),
      // The last of them is asked first.
      bounded(heading, acts.tooMuch),
      single(acts.pasted),
      lines,
      marking,
      carets,
      own,
      // Not a key of the keymap, which takes a small z with Shift, as some keyboards say it, for undoing.
      Prec.highest(EditorView.domEventHandlers({ keydown: (event, view) => isUndo(event) && (acts.isHeld() || acts.undo(view)) })),
      EditorView.domEventHandlers({
        blur: () => { acts.blurred(); },
        compositionend: () => { acts.composed(); },
      }),
    ],
  });
}

const isUndo = ({ key, ctrlKey, metaKey, shiftKey, altKey }) => key.toLowerCase() === "z" && ctrlKey !== metaKey && !shiftKey && !altKey;

function keysOf(acts, heading) {
  // While an act is under way the keys that would act again wait, or do nothing.
  const held = (act, taken) => (view) => (acts.isHeld() ? (taken?.(), true) : act(view));
  const whole = [
    { key: "Enter", run: held(acts.enter, () => acts.hold("\n")), shift: held(acts.enter, () => acts.hold("\n")) },
    { key: "Backspace", run: held(acts.back, acts.unhold) },
    { key: "Delete", run: held(acts.forth) },
    { key: "ArrowUp", run: held(acts.up) },
    { key: "ArrowDown", run: held(acts.down) },
    { key: "ArrowLeft", run: held((view) => acts.sideways(view, -1)) },
    { key: "ArrowRight", run: held((view) => acts.sideways(view, 1)) },
    { key: "Escape", run: () => acts.escape(), stopPropagation: true, preventDefault: true },
  ];
  // A heading has no level of its own to change: Tab leads on through the page, as it does everywhere.
  return heading ? whole : [...whole, { key: "Tab", run: held(acts.deeper), shift: held(acts.shallower) }];
}

/** The place in the words under a point of the window; -1 when there is none. */
export function placeAt(words, x, y) {
  const found = document.caretPositionFromPoint?.(x, y);
  const range = found ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = found ? [found.offsetNode, found.offset] : range ? [range.startContainer, range.startOffset] : [null, 0];
  if (!node || !words.contains(node)) return -1;
  const before = document.createRange();
  before.setStart(words, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** Whether the caret stands in the first (`way` -1) or last line as it is set. */
export function isAtEdge(view, way) {
  const { head } = view.state.selection.main;
  const here = view.coordsAtPos(head, view.state.selection.main.assoc || 1);
  const edge = view.coordsAtPos(way < 0 ? 0 : view.state.doc.length);
  return !here || !edge || Math.abs(here.top - edge.top) < (here.bottom - here.top) / 2;
}
