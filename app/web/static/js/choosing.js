// Choosing words of a clause, by mouse, finger or keys: what is selected, the bar that floats beside it, and `v`, which selects a
// word of the clause in focus that the arrows then move and make longer.
import { wordsOf } from "./paper.js";

const AROUND = 32;

/** What is selected within one clause: its uid, the words, where they begin, what stands around, and their range; null for nothing. */
export function selected() {
  const selection = window.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const clause = elementOf(range.commonAncestorContainer)?.closest("#sheet .c:not(.edit)");
  const words = clause && (clause.querySelector(":scope .words .cm-content") ?? wordsOf(clause));
  if (!words?.contains(range.startContainer) || !words.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(words);
  before.setEnd(range.startContainer, range.startOffset);
  let start = before.toString().length;
  let quote = range.toString();
  start += quote.length - quote.trimStart().length;
  quote = quote.trim();
  if (!quote) return null;
  const text = words.textContent;
  return { uid: clause.id, start, quote, prefix: text.slice(Math.max(0, start - AROUND), start), suffix: text.slice(start + quote.length, start + quote.length + AROUND), range: range.cloneRange() };
}

const elementOf = (node) => (node.nodeType === 1 ? node : node.parentElement);

/** The bar beside what is selected; `begin` is called for a note. Others put their own keys into it. */
export function openBar(sheet, begin) {
  const bar = Object.assign(document.createElement("div"), { className: "select-bar", hidden: true });
  const key = Object.assign(document.createElement("button"), { type: "button", className: "btn small note-key", textContent: "Note" });
  key.append(" ", Object.assign(document.createElement("kbd"), { textContent: "n" }));
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  key.addEventListener("click", begin);
  bar.append(key);
  document.body.append(bar);
  const coarse = window.matchMedia("(pointer: coarse)");

  function place() {
    const now = selected();
    bar.hidden = !now;
    if (!now) return;
    const rects = now.range.getClientRects();
    const last = rects[rects.length - 1];
    if (!last) return;
    // A finger's own handles, and the menu of its system, stand close to the words.
    const gap = coarse.matches ? 26 : 6;
    const { offsetWidth: width, offsetHeight: height } = bar;
    const below = last.bottom + gap;
    bar.style.left = `${Math.max(8, Math.min(last.right - 20, innerWidth - width - 8))}px`;
    bar.style.top = `${Math.max(8, below + height > innerHeight ? rects[0].top - gap - height : below)}px`;
  }

  document.addEventListener("selectionchange", place);
  sheet.addEventListener("scroll", () => bar.hidden || place(), { passive: true });
  chooseByKeys(sheet);
  return { hide: () => { bar.hidden = true; } };
}

// By keys

function chooseByKeys(sheet) {
  let clause = null;

  /** The words of the clause, one range each. */
  function wordAt(words, index) {
    const text = words.textContent;
    const found = [...text.matchAll(/[\p{L}\p{N}\p{M}'’-]+|[^\s\p{L}\p{N}\p{M}]/gu)];
    if (!found.length) return null;
    const at = Math.max(0, Math.min(index, found.length - 1));
    return { at, start: found[at].index, end: found[at].index + found[at][0].length, all: found };
  }

  function select(words, start, end) {
    const range = rangeOf(words, start, end);
    if (!range) return;
    window.getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    elementOf(range.endContainer).scrollIntoView({ block: "nearest" });
  }

  function move(words, { start, quote }, by, isLonger) {
    const end = start + quote.length;
    const { all } = wordAt(words, 0);
    const first = all.findIndex((one) => one.index + one[0].length > start);
    const last = all.findLastIndex((one) => one.index < end);
    if (isLonger) {
      const to = wordAt(words, Math.max(first, last + by));
      return select(words, start, to.end);
    }
    const to = wordAt(words, by > 0 ? last + 1 : first - 1);
    select(words, to.start, to.end);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, dialog, .words")) return;
    if (event.key === "v" && !event.shiftKey) {
      const on = sheet.querySelector(".c.on:not(.edit)");
      const words = on && wordsOf(on);
      const first = words && wordAt(words, 0);
      if (!first) return;
      event.preventDefault();
      clause = on;
      return select(words, first.start, first.end);
    }
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const now = clause && (by || event.key === "Escape") ? selected() : null;
    if (now?.uid !== clause?.id || !now) return;
    event.preventDefault();
    event.stopPropagation();
    if (by) return move(wordsOf(clause), now, by, event.shiftKey);
    clause = null;
    window.getSelection().removeAllRanges();
  }, true);
}

/** The range of some letters of a clause's words; null where they have not as many. */
export function rangeOf(words, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  let passed = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!begun && start < passed + node.length) {
      range.setStart(node, start - passed);
      begun = true;
    }
    if (begun && end <= passed + node.length) {
      range.setEnd(node, end - passed);
      return range;
    }
    passed += node.length;
  }
  return null;
}
