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

/** Where a place of the old text is in the new one; before what is put in just there. */
export function carried(change, at) {
  let shift = 0;
  for (const { from, to, insert } of pieces(change)) {
    if (from >= at) break;
    shift += insert.length - (Math.min(to, at) - from);
  }
  return at + shift;
}

// How much of a change goes out at once

/** What one update may weigh, and one push of several, so that no frame comes near the 64 KiB at which the table hangs up. */
export const UPDATE = 24_000;
export const FRAME = 48_000;
/** How many places one update changes at most. */
export const PLACES = 100;

// In UTF-8 and JSON. A comma weighs more: the table takes it for a place that is changed.
function weightAt(text, at) {
  const code = text.codePointAt(at);
  if (code < 0x80) return code === 0x2c ? 4 : code === 0x22 || code === 0x5c ? 2 : 1;
  return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** How long a beginning of the text weighs no more than this; never half a character. */
export function fitting(text, room) {
  let at = 0;
  while (at < text.length) {
    room -= weightAt(text, at);
    if (room < 0) break;
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return at;
}

/** What a change, in the form in which it travels, weighs. */
export function weight(change) {
  const text = JSON.stringify(change);
  let sum = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at) > 0xffff ? 2 : 1) sum += weightAt(text, at);
  return sum;
}

/** How many changes from the first on go into one frame. */
export function fittingChanges(changes, room = FRAME) {
  let count = 0;
  for (const change of changes) {
    room -= weight(change);
    if (room < 0) break;
    count += 1;
  }
  return count;
}
