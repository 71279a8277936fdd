// Notes on the page: this seat's own, drawn over words that others may be typing in. The words of a note are a range that the
// browser carries through every change of the text; where they are no longer what the server knows, the mark says so.
import { openBar, rangeOf, selected } from "./choosing.js";
import { openMargin } from "./margin.js";
import { wordsOf } from "./paper.js";

/** How long the page has to be quiet before the notes are drawn anew, and how long between two questions to the server. */
const QUIET = 200;
const PAUSE = 5000;
/** Milliseconds within which the pages that heard of a note ask for it: not all in the same moment. */
const SPREAD = 1200;

const desk = document.getElementById("draft");
if (desk) keepNotes(desk);

function keepNotes(desk) {
  const sheet = document.getElementById("sheet");
  const paper = document.getElementById("paper");
  const paints = window.CSS?.highlights && window.Highlight ? { note: new Highlight(), "note-check": new Highlight(), "note-new": new Highlight() } : null;
  const bar = openBar(sheet, begin);
  const margin = openMargin(sheet, paper, (uid) => `${desk.dataset.draft}/clauses/${uid}?tab=notes#${uid}`);
  let told = [];
  let drawn = new Map();
  let waiting = null;
  let quiet = 0;
  let asked = 0;
  let later = 0;
  let chosen = null;
  let met = false;
  for (const [name, paint] of Object.entries(paints ?? {})) CSS.highlights.set(name, paint);

  // Asking, and drawing

  async function ask({ isOurs = false } = {}) {
    clearTimeout(later);
    later = 0;
    asked = Date.now();
    const answer = await fetch(`${desk.dataset.draft}/notes.json`, { headers: { accept: "application/json" } }).catch(() => null);
    // Signed out meanwhile, the answer is a page.
    if (!answer?.ok || answer.redirected) return;
    const before = told;
    const isFirst = !met;
    met = true;
    told = (await answer.json()).notes;
    drawn = new Map();
    draw();
    tellNew();
    if (!isFirst && !isOurs) freshen(before);
  }

  function askSoon(pause = 0) {
    if (!later) later = setTimeout(ask, Math.max(QUIET, pause, asked + PAUSE - Date.now()));
  }

  // How many threads have something new, where one goes to read them; it ends when they are marked as read there.
  function tellNew() {
    const count = told.filter((note) => note.new).length;
    for (const link of document.querySelectorAll(`#bar a[href^="${desk.dataset.draft}/notes"]`)) {
      const news = link.querySelector(".note-news");
      link.setAttribute("href", `${desk.dataset.draft}/notes${count ? "?new=1" : ""}`);
      if (!count) news?.remove();
      else if (news) news.textContent = `${count} new`;
      else link.append(" ", Object.assign(document.createElement("b"), { className: "note-news", textContent: `${count} new` }));
    }
  }

  // What others wrote on the clause in the panel comes into it, unless somebody writes there: then it is offered.
  function freshen(before) {
    const board = document.querySelector("#panel [data-notes]");
    const uid = board?.dataset.notes;
    if (!uid || sign(before, uid) === sign(told, uid)) return;
    const count = document.querySelector("#panel [data-tab=notes] b");
    if (count) count.textContent = told.filter((note) => note.uid === uid).length;
    if (!isBusy(board)) return show(uid);
    if (board.querySelector(".others-wrote")) return;
    const line = Object.assign(document.createElement("p"), { className: "notice small others-wrote", textContent: "Others have written here. " });
    line.setAttribute("role", "status");
    const press = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Show it, without what is not kept yet" });
    press.addEventListener("click", () => show(uid));
    line.append(press);
    board.prepend(line);
  }

  const show = (uid) => htmx.ajax("GET", `${desk.dataset.draft}/clauses/${uid}/panel?tab=notes`, { source: desk, target: "#panel", swap: "outerHTML" });

  function draw() {
    paints?.note.clear();
    paints?.["note-check"].clear();
    const shown = [];
    for (const [uid, notes] of grouped(told)) {
      const clause = document.getElementById(uid);
      if (!clause?.matches(".c:not(.edit)")) continue;
      const words = wordsOf(clause);
      shown.push([clause, notes.map((note) => {
        const stands = lay(note, words);
        return { key: note.key, isDoubtful: stands !== "anchored" && stands !== "whole", isNew: note.new, range: drawn.get(note.key) };
      })]);
    }
    margin.show(shown);
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
    ask({ isOurs: true });
  });
  document.addEventListener("notes:stirred", () => askSoon(Math.random() * SPREAD));

  // Writing one

  function begin() {
    chosen = selected();
    const uid = chosen?.uid ?? sheet.querySelector(".c.on")?.id;
    if (!uid) return;
    bar.hide();
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

  // What is selected while a note is being put on other words is where it goes.
  document.addEventListener("selectionchange", () => {
    const form = document.querySelector("#panel .put-on[open] form");
    const words = form && selected();
    if (!words) return;
    for (const name of ["uid", "quote", "start", "prefix", "suffix"]) form.elements[name].value = words[name];
  });

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
    showNotes(link.closest(".c").id, () => document.getElementById(`note-${link.dataset.note}`)?.scrollIntoView({ block: "nearest" }));
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

/** Of what a clause's notes are, as far as it is told: changes when one came, went, was answered or read. */
const sign = (notes, uid) => notes.filter((note) => note.uid === uid).map((note) => `${note.key} ${note.stirred}`).sort().join();

/** Whether somebody writes on a board, or has something there that was not sent. */
const isBusy = (board) => board.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")
  || [...board.querySelectorAll("textarea, input[type=text], input:not([type])")].some((field) => field.value !== field.defaultValue);
