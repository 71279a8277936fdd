// Notes on the page: this seat's own, drawn over words that others may be typing in. The words of a note are a range that the
// browser carries through every change of the text; where they are no longer what the server knows, the mark says so.
import { wordsOf } from "./paper.js";

const AROUND = 32;
/** How long the page has to be quiet before the notes are drawn anew, and how long between two questions to the server. */
const QUIET = 200;
const PAUSE = 5000;

const desk = document.getElementById("draft");
if (desk) keepNotes(desk);

function keepNotes(desk) {
  const sheet = document.getElementById("sheet");
  const paper = document.getElementById("paper");
  const paints = window.CSS?.highlights && window.Highlight ? { note: new Highlight(), "note-check": new Highlight(), "note-new": new Highlight() } : null;
  const key = button();
  let told = [];
  let drawn = new Map();
  let waiting = null;
  let quiet = 0;
  let asked = 0;
  let later = 0;
  let chosen = null;
  for (const [name, paint] of Object.entries(paints ?? {})) CSS.highlights.set(name, paint);

  // Asking, and drawing

  async function ask() {
    clearTimeout(later);
    later = 0;
    asked = Date.now();
    const answer = await fetch(`${desk.dataset.draft}/notes.json`, { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    told = (await answer.json()).notes;
    drawn = new Map();
    draw();
  }

  function askSoon() {
    if (!later) later = setTimeout(ask, Math.max(QUIET, asked + PAUSE - Date.now()));
  }

  function draw() {
    paints?.note.clear();
    paints?.["note-check"].clear();
    const clauses = Map.groupBy ? Map.groupBy(told, (note) => note.uid) : grouped(told);
    for (const mark of sheet.querySelectorAll("a.note-mark")) if (!clauses.has(mark.parentElement.id)) mark.remove();
    for (const [uid, notes] of clauses) {
      const clause = document.getElementById(uid);
      if (!clause?.matches(".c:not(.edit)")) continue;
      let isDoubtful = false;
      for (const note of notes) {
        const stands = lay(note, wordsOf(clause));
        isDoubtful ||= stands !== "anchored" && stands !== "whole";
      }
      mark(clause, notes, isDoubtful);
    }
  }

  // Draws one note; gives how it stands. Words that cannot be found are asked for, not guessed.
  function lay(note, words) {
    if (!note.at || !words) return note.stands;
    let range = drawn.get(note.key);
    if (!range || !words.contains(range.startContainer) || range.collapsed) {
      range = found(words, note);
      if (!range) {
        askSoon();
        return "check";
      }
      drawn.set(note.key, range);
    }
    const stands = range.toString() === note.words ? note.stands : "check";
    paints?.[stands === "anchored" ? "note" : "note-check"].add(range);
    return stands;
  }

  function mark(clause, notes, isDoubtful) {
    const link = clause.querySelector(":scope > a.note-mark") ?? Object.assign(document.createElement("a"), { className: "note-mark" });
    const name = clause.querySelector(".n")?.textContent.trim() ?? "";
    const label = `${notes.length} ${notes.length === 1 ? "note" : "notes"} on ${name || "this clause"}${isDoubtful ? ", please check" : ""}${notes.some((note) => note.new) ? ", new" : ""}`;
    if (link.getAttribute("aria-label") !== label) link.setAttribute("aria-label", label);
    link.title = label;
    if (link.textContent !== String(notes.length)) link.textContent = notes.length;
    link.classList.toggle("check", isDoubtful);
    link.classList.toggle("new", notes.some((note) => note.new));
    link.classList.toggle("alone", !clause.querySelector(":scope > .m"));
    link.href = `${desk.dataset.draft}/clauses/${clause.id}?tab=notes#${clause.id}`;
    if (!link.isConnected) clause.append(link);
  }

  new MutationObserver((changes) => {
    const ours = (node) => node.nodeType === 1 && node.matches(".note-mark");
    const isOurs = (change) => (change.type === "childList" && [...change.addedNodes, ...change.removedNodes].every(ours)) || change.target.closest?.(".note-mark");
    if (changes.every(isOurs)) return;
    clearTimeout(quiet);
    quiet = setTimeout(draw, QUIET);
  }).observe(paper, { childList: true, characterData: true, subtree: true });

  window.addEventListener("focus", () => Date.now() - asked > PAUSE * 3 && ask());
  document.addEventListener("noted", ({ detail }) => {
    const count = document.querySelector("#panel [data-tab=notes] b");
    if (count) count.textContent = detail.count;
    chosen = null;
    paints?.["note-new"].clear();
    ask();
  });

  // Choosing words

  function selected() {
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

  function button() {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small note-key", hidden: true, textContent: "Note" });
    made.append(" ", Object.assign(document.createElement("kbd"), { textContent: "n" }));
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", begin);
    document.body.append(made);
    return made;
  }

  document.addEventListener("selectionchange", () => {
    const now = selected();
    key.hidden = !now;
    if (!now) return;
    const rects = now.range.getClientRects();
    const last = rects[rects.length - 1];
    if (!last) return;
    key.style.left = `${Math.max(8, Math.min(last.right - 20, innerWidth - key.offsetWidth - 8))}px`;
    key.style.top = `${last.bottom + 34 > innerHeight ? last.top - 34 : last.bottom + 6}px`;
  });

  function begin() {
    chosen = selected();
    const uid = chosen?.uid ?? sheet.querySelector(".c.on")?.id;
    if (!uid) return;
    key.hidden = true;
    if (chosen && paints) {
      paints["note-new"].clear();
      paints["note-new"].add(chosen.range);
    }
    showNotes(uid, write);
  }

  function write() {
    const form = document.querySelector("#panel .note-new form");
    if (!form) return;
    form.closest("details").open = true;
    if (chosen && form.elements.quote) {
      for (const name of ["quote", "start", "prefix", "suffix"]) form.elements[name].value = chosen[name];
    }
    form.elements.body.focus();
  }

  // Words written by hand have no place yet: the server looks for it.
  document.addEventListener("input", (event) => {
    if (event.target.matches(".note-form textarea[name=quote]")) event.target.form.elements.start.value = -1;
  });

  // The panel of a clause, on its notes: through the same clicks that a hand would make.

  function showNotes(uid, then = () => {}) {
    const panel = document.getElementById("panel");
    waiting = { uid, then };
    if (panel.dataset.uid === uid) return arrived();
    const step = Object.assign(document.createElement("a"), { className: "n", href: `#${uid}`, hidden: true });
    document.getElementById(uid)?.append(step);
    step.click();
    step.remove();
  }

  function arrived() {
    const panel = document.getElementById("panel");
    if (!waiting || panel?.dataset.uid !== waiting.uid) return;
    if (!panel.querySelector("[data-notes]")) return void panel.querySelector("[data-tab=notes]")?.click();
    const { then } = waiting;
    waiting = null;
    then();
  }

  document.addEventListener("htmx:after:swap", ({ detail }) => detail?.ctx?.target?.id === "panel" && arrived());

  sheet.addEventListener("click", (event) => {
    const link = event.target.closest("a.note-mark");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    showNotes(link.closest(".c").id);
  }, true);

  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest(".words");
    if (event.key !== "n" || event.ctrlKey || event.metaKey || event.defaultPrevented || (isWriting ? !event.altKey : event.altKey)) return;
    if (!isWriting && event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    begin();
  });

  ask();
}

const elementOf = (node) => (node.nodeType === 1 ? node : node.parentElement);

function grouped(notes) {
  const groups = new Map();
  for (const note of notes) groups.set(note.uid, [...(groups.get(note.uid) ?? []), note]);
  return groups;
}

/** The range of a note's words: where it is said to be, or the one place with the very words; null without. */
function found(words, note) {
  const text = words.textContent;
  const [start, end] = note.at;
  if (text.slice(start, end) === note.words) return rangeOf(words, start, end);
  const at = note.words ? text.indexOf(note.words) : -1;
  if (at < 0 || text.indexOf(note.words, at + 1) >= 0) return null;
  return rangeOf(words, at, at + note.words.length);
}

function rangeOf(words, start, end) {
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
