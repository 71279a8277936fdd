// What is marked in a clause's words while they are written: brackets by their depth, read from the text; references, defined terms
// and the opening in italics, taken from the page and carried along.
import { Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

/** The balanced brackets of a text, as (from, to) in the order in which they open. */
export function bracketsOf(text) {
  const open = [];
  const found = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "[") open.push(at);
    else if (text[at] === "]" && open.length) found.push([open.pop(), at + 1]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}

const bracket = Decoration.mark({ class: "br" });
const brackets = EditorView.decorations.compute(["doc"], ({ doc }) =>
  Decoration.set(bracketsOf(doc.toString()).map(([from, to]) => bracket.range(from, to))));

/** What the page marks in its words: {from, to, look}; look is "x", "t" or "em". */
export function marksOf(words) {
  const found = [];
  let at = 0;
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) at += node.length;
    else {
      const from = at;
      node.childNodes.forEach(walk);
      const look = node.matches("a.x") ? "x" : node.matches("a.t") ? "t" : node.matches("em") ? "em" : "";
      if (look && at > from) found.push({ from, to: at, look });
    }
  };
  words.childNodes.forEach(walk);
  return found;
}

const looks = { x: Decoration.mark({ class: "x" }), t: Decoration.mark({ class: "t" }), em: Decoration.mark({ tagName: "em" }) };

/** Put other marks in the place of those that are there. */
export const setMarks = StateEffect.define();

const carried = (wanted) => StateField.define({
  create: () => Decoration.none,
  update(set, transaction) {
    let now = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) now = Decoration.set(effect.value.filter(wanted).map(({ from, to, look }) => looks[look].range(from, to)), true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const links = carried(({ look }) => look !== "em");
const openings = carried(({ look }) => look === "em");

// Those of a higher order are set inside of the others: a link is the innermost, as it is on the page.
export const marking = [Prec.high(links), brackets, Prec.low(openings)];

/** Set words on the page as they were marked in the editor, until the server sets them anew. */
export function dress(words, state) {
  const text = state.doc.toString();
  const pairs = bracketsOf(text);
  const inner = [];
  for (const field of [links, openings]) {
    state.field(field).between(0, text.length, (from, to, { spec }) => { inner.push({ from, to, em: spec.tagName === "em", look: spec.class }); });
  }
  const cuts = [...new Set([0, text.length, ...pairs.flat(), ...inner.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const made = document.createDocumentFragment();
  let parent = made;
  cuts.slice(0, -1).forEach((from, index) => {
    const to = cuts[index + 1];
    for (const [, end] of pairs) if (end === from) parent = parent.parentNode;
    for (const [start] of pairs) if (start === from) parent = parent.appendChild(Object.assign(document.createElement("span"), { className: "br" }));
    const mark = inner.find((one) => one.from <= from && to <= one.to);
    const piece = document.createTextNode(text.slice(from, to));
    if (!mark) parent.append(piece);
    else parent.appendChild(Object.assign(document.createElement(mark.em ? "em" : "span"), { className: mark.look ?? "" })).append(piece);
  });
  words.replaceChildren(made);
}
