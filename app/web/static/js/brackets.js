// Brackets around the words that are selected: one click, or `b`. The change comes back over the socket like anybody's.
import { wordsOf } from "./paper.js";

/** Milliseconds after which the page is loaded anew when the change did not come by itself. */
const LATE = 3000;

const desk = document.getElementById("draft");
if (desk?.dataset.mayEdit) offerBrackets(desk);

function offerBrackets(desk) {
  const key = Object.assign(document.createElement("button"), { type: "button", className: "btn small bracket-key", hidden: true, textContent: "[ ]" });
  key.title = "Put the selected words in brackets";
  key.setAttribute("aria-label", key.title);
  key.append(" ", Object.assign(document.createElement("kbd"), { textContent: "b" }));
  key.addEventListener("pointerdown", (event) => event.preventDefault());
  key.addEventListener("click", put);

  function selected() {
    const selection = window.getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const common = range.commonAncestorContainer;
    const clause = (common.nodeType === 1 ? common : common.parentElement)?.closest("#sheet .c:not(.edit)");
    const words = clause && (clause.querySelector(":scope .words .cm-content") ?? wordsOf(clause));
    if (!words?.contains(range.startContainer) || !words.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(words);
    before.setEnd(range.startContainer, range.startOffset);
    const quote = range.toString();
    const start = before.toString().length + quote.length - quote.trimStart().length;
    return quote.trim() ? { uid: clause.id, start, quote: quote.trim(), range } : null;
  }

  // Beside the key for a note, in the same bar where there is one.
  function place(now) {
    const bar = document.querySelector(".select-bar");
    if (bar) {
      if (key.parentElement !== bar) bar.append(key);
      return;
    }
    if (!key.isConnected) document.body.append(key);
    const rects = now.range.getClientRects();
    const last = rects[rects.length - 1];
    const beside = document.querySelector(".note-key:not([hidden])")?.offsetWidth ?? 0;
    if (!last) return;
    key.style.position = "fixed";
    key.style.left = `${Math.max(8, Math.min(last.right - 20, innerWidth - beside - key.offsetWidth - 14) + beside + 6)}px`;
    key.style.top = `${last.bottom + 34 > innerHeight ? last.top - 34 : last.bottom + 6}px`;
  }

  document.addEventListener("selectionchange", () => {
    const now = selected();
    key.hidden = !now;
    // The other keys find their places first.
    if (now) requestAnimationFrame(() => key.hidden || place(now));
  });

  async function put() {
    const now = selected();
    if (!now) return;
    key.hidden = true;
    const form = new URLSearchParams({ csrf: document.body.dataset.csrf, uid: now.uid, words: now.quote, start: now.start });
    const answer = await fetch(`${desk.dataset.draft}/brackets/add`, { method: "POST", body: form, headers: { "hx-request": "true" } }).catch(() => null);
    if (answer?.ok) {
      window.getSelection()?.removeAllRanges();
      setTimeout(() => {
        const words = document.getElementById(now.uid)?.textContent ?? "";
        if (!words.includes(`[${now.quote}]`)) location.assign(`${desk.dataset.draft}/clauses/${now.uid}#${now.uid}`);
      }, LATE);
    } else say(answer ? sentenceOf(await answer.text()) : "The server cannot be reached just now.");
  }

  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest(".words");
    if (event.key !== "b" || event.ctrlKey || event.metaKey || event.defaultPrevented || (isWriting ? !event.altKey : event.altKey)) return;
    if ((!isWriting && event.target.closest("input, textarea, select, dialog")) || !selected()) return;
    event.preventDefault();
    put();
  });
}

function sentenceOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return (page.querySelector("main p, p") ?? page.body).textContent.trim();
}

function say(sentence) {
  const line = document.getElementById("line");
  line.textContent = sentence;
  line.hidden = false;
  setTimeout(() => line.textContent === sentence && (line.hidden = true), 7000);
}
