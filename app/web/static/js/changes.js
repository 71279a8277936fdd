// A change in the form in which it travels, read without the editor: [5,[2,"new"],7] keeps five characters, puts "new" in the
// place of two, and keeps seven. Lengths are UTF-16 code units, as everywhere.

/** Its replacements on the old text, in order: {from, to, insert}. */
export function pieces(change) {
  const found = [];
  let at = 0;
  for (const part of change) {
    if (typeof part === "number") at += part;
    else {
      const [gone, ...lines] = part;
      found.push({ from: at, to: at + gone, insert: lines.join("\n") });
      at += gone;
    }
  }
  return found;
}

/** How long the text is that it applies to. */
export const lengthBefore = (change) => change.reduce((sum, part) => sum + (typeof part === "number" ? part : part[0]), 0);

/** The text after it. */
export function applied(change, text) {
  let made = "";
  let at = 0;
  for (const { from, to, insert } of pieces(change)) {
    made += text.slice(at, from) + insert;
    at = to;
  }
  return made + text.slice(at);
}

/** Where in the new text its last insertion ends: there is the caret of whoever made it; -1 for a change of nothing. */
export function lastEnd(change) {
  let shift = 0;
  let end = -1;
  for (const { from, to, insert } of pieces(change)) {
    end = from + shift + insert.length;
    shift += insert.length - (to - from);
  }
  return end;
}
