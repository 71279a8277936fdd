// The treaty as it stands on the page, while others write in it: their words are put into its text nodes, and its blocks are
// mended when they look different, so that a reader's place, selection and focus stay where they are.
import { applied, lengthBefore, pieces } from "./changes.js";

const OURS = ["on", "written", "writing"];
/** How long what somebody else has just written is tinted, in milliseconds. */
const FRESH = 2400;
/** How many entries are remembered, to bring an older answer of the server up to now. */
const MEMORY = 4000;

/** The element that holds a clause's words, and nothing else; null without one. */
export const wordsOf = (element) => element?.querySelector(":scope > p, :scope > :is(h2, h3) > .h:not(.words)") ?? null;

/** The clauses of the page in their order, forms left out. */
export const clausesOf = (sheet) => [...sheet.querySelectorAll(".c:not(.edit)")];

/**
 * `held(uid, words)` says whether a clause's words are somebody's to hold just now: they are being written, or wait to be sent.
 * `mended()` is called after the page was mended.
 */
export function openPaper(desk, { held, mended }) {
  const sheet = document.getElementById("sheet");
  const paper = document.getElementById("paper");
  // The state that a clause shows where it is not the page's own, and those of which nobody can say it.
  const shown = new Map();
  const unsure = new Set();
  const waiting = new Map();
  const departed = new Set();
  const memory = [];
  const fresh = window.CSS?.highlights && window.Highlight ? new Highlight() : null;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let asked = Number(desk.dataset.seq);
  if (fresh) CSS.highlights.set("fresh", fresh);

  const clause = (uid) => {
    const element = document.getElementById(uid);
    return element?.matches(".c:not(.edit)") ? element : null;
  };

  /** Take in one entry of the journal; false when the page has to be asked for, to show it right. */
  function take(entry, foreign) {
    memory.push(entry);
    if (memory.length > MEMORY) memory.splice(0, MEMORY / 4);
    const element = clause(entry.u);
    if (entry.a === "inserted" && !element) begin(entry);
    if (!entry.c || !element || held(entry.u) || entry.s <= (shown.get(entry.u) ?? 0)) return true;
    return write(element, entry.c, foreign);
  }

  function write(element, change, tint) {
    const words = wordsOf(element);
    if (!words || unsure.has(element.id) || lengthBefore(change) !== words.textContent.length) {
      unsure.add(element.id);
      return false;
    }
    for (const { from, to, insert } of pieces(change).reverse()) {
      remove(words, from, to);
      const range = insert && put(words, from, insert);
      if (range && tint && fresh && !still.matches) {
        fresh.add(range);
        setTimeout(() => fresh.delete(range), FRESH);
      }
    }
    return true;
  }

  // A clause that somebody began is there at once; its number comes with the mended block.
  function begin({ u, c, d }) {
    const before = clause(d?.after);
    if (!before?.classList.contains(d.kind) || !before.querySelector(":scope > p")) return;
    const made = before.cloneNode(false);
    made.classList.remove(...OURS);
    for (const name of ["tabindex", "aria-describedby", "data-by", "data-tone"]) made.removeAttribute(name);
    made.id = u;
    const label = before.querySelector(":scope > .n")?.cloneNode(false);
    const words = document.createElement("p");
    words.textContent = c ? applied(c, "") : "";
    made.append(...[label, words].filter(Boolean));
    before.after(made);
  }

  // What the server says the page looks like

  async function refresh() {
    const answer = await fetch(`${desk.dataset.draft}/since?seq=${asked}`, { headers: { accept: "application/json" } });
    // Signed out meanwhile, the answer is another page.
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const told = await answer.json();
    if (told.whole) return whole();
    mend(told);
    return null;
  }

  /** The page is asked for anew, and mended with what it says; gives the state that it shows. */
  async function whole() {
    const answer = await fetch(desk.dataset.draft, { headers: { accept: "text/html" } });
    // Its style is of that answer alone, and no part of the page.
    const words = (await answer.text()).replace(/<style\b[^>]*>.*?<\/style>/gs, "");
    const page = new DOMParser().parseFromString(words, "text/html");
    const theirs = page.getElementById("draft");
    if (!theirs) throw new Error("no draft on the page");
    const sections = [...page.querySelectorAll("section.a")];
    mend({
      seq: Number(theirs.dataset.seq),
      order: sections.map((section) => section.dataset.a),
      blocks: Object.fromEntries(sections.map((section) => [section.dataset.a, section.outerHTML])),
      mast: page.getElementById("mast")?.outerHTML,
      outline: page.getElementById("rows")?.outerHTML,
      burn: page.getElementById("burn")?.outerHTML,
      chip: page.getElementById("status-chip")?.outerHTML,
    });
    return Number(theirs.dataset.seq);
  }

  function mend(told) {
    asked = told.seq;
    desk.dataset.seq = told.seq;
    keepingPlace(() => {
      const made = new Map(Object.entries(told.blocks ?? {}).map(([key, html]) => [key, parsed(html)]));
      if (told.order) arrange(told.order, made);
      for (const [key, section] of made) mendBlock(sectionOf(key), section, told.seq);
      if (told.order) dropOthers(new Set(told.order));
      if (told.mast) document.getElementById("mast")?.replaceWith(parsed(told.mast));
    });
    if (told.burn) document.getElementById("burn").replaceWith(parsed(told.burn));
    if (told.chip) document.getElementById("status-chip")?.replaceWith(parsed(told.chip));
    if (told.outline) mendOutline(parsed(told.outline));
    mended();
  }

  const sectionOf = (key) => paper.querySelector(`section.a[data-a="${CSS.escape(key)}"]`);

  // Sections in the order told; what is new is put in empty, and filled like the others.
  function arrange(order, made) {
    let last = paper.querySelector("#mast");
    for (const key of order) {
      let section = sectionOf(key);
      if (!section) {
        if (!made.has(key)) continue;
        section = made.get(key).cloneNode(false);
        last.after(section);
      } else if (last.nextElementSibling !== section) shift(section, paper, last.nextSibling);
      last = section;
    }
  }

  function mendBlock(section, block, seq) {
    if (!section) return;
    const uids = new Set();
    let place = section.firstElementChild;
    for (const theirs of [...block.children]) {
      uids.add(theirs.id);
      const ours = document.getElementById(theirs.id);
      if (!ours) {
        section.insertBefore(theirs, place);
        catchUp(theirs, seq);
        continue;
      }
      // Those that go are passed over, so that the one that is being written in need not be moved.
      while (place && place !== ours && !block.querySelector(`[id="${place.id}"]`)) place = place.nextElementSibling;
      if (place === ours) place = ours.nextElementSibling;
      else shift(ours, section, place);
      if (!ours.matches(".edit")) mendClause(ours, theirs, seq);
    }
    for (const ours of [...section.children]) if (!uids.has(ours.id) && !isNewer(ours.id, seq)) depart(ours);
  }

  // Begun after that state: an answer that was under way meanwhile knows nothing of it.
  function isNewer(uid, seq) {
    return memory.some((entry) => entry.u === uid && entry.s > seq && (entry.a === "inserted" || entry.a === "restored"));
  }

  // One that is being written in goes when it was left: its words have to find their way first.
  function depart(ours) {
    // Words that came back are nobody's but their author's.
    if (ours.matches(".came-back")) return;
    if (ours.matches(".writing")) departed.add(ours.id);
    else ours.remove();
  }

  // Moved without being taken out, where the browser can: an editor in it goes on as if nothing had happened.
  function shift(element, parent, before) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    if (parent.moveBefore && element.isConnected) parent.moveBefore(element, before);
    else parent.insertBefore(element, before);
    if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  function dropOthers(keys) {
    for (const section of paper.querySelectorAll("section.a")) {
      if (keys.has(section.dataset.a)) continue;
      for (const ours of [...section.children]) depart(ours);
      if (!section.children.length) section.remove();
    }
  }

  function mendClause(ours, theirs, seq) {
    ours.className = [theirs.className, ...OURS.filter((name) => ours.classList.contains(name))].join(" ");
    waiting.delete(ours.id);
    departed.delete(ours.id);
    if (isHeld(ours, theirs)) {
      mendAround(ours, theirs);
      waiting.set(ours.id, { theirs, seq });
      return;
    }
    exchange(ours, theirs, seq);
  }

  function exchange(ours, theirs, seq) {
    if (ours.innerHTML !== theirs.innerHTML) {
      const focused = document.activeElement !== ours && ours.contains(document.activeElement) ? document.activeElement : null;
      const links = [...ours.querySelectorAll("a")].indexOf(focused);
      ours.replaceChildren(...theirs.childNodes);
      if (focused) (ours.querySelectorAll("a")[links] ?? ours).focus({ preventScroll: true });
    }
    catchUp(ours, seq);
  }

  // The answer may be older than what was heard since, or newer than what was heard so far.
  function catchUp(element, seq) {
    unsure.delete(element.id);
    shown.set(element.id, seq);
    if (held(element.id)) return;
    for (const entry of memory) if (entry.u === element.id && entry.c && entry.s > seq) write(element, entry.c, false);
  }

  function mendAround(ours, theirs) {
    for (const name of [".n", ".m"]) {
      const [mine, other] = [ours.querySelector(name), theirs.querySelector(name)];
      if (mine?.outerHTML === other?.outerHTML) continue;
      if (!other) mine.remove();
      else if (mine) mine.replaceWith(other.cloneNode(true));
      else if (name === ".m") ours.append(other.cloneNode(true));
      else (ours.querySelector("h2, h3") ?? ours).prepend(other.cloneNode(true));
    }
  }

  function isHeld(ours, theirs) {
    if (held(ours.id, wordsOf(theirs)?.textContent ?? "")) return true;
    const selection = window.getSelection();
    return !selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(ours);
  }

  /** Put in what had to wait for a selection to go or for the writing to end. */
  function release() {
    for (const uid of departed) {
      const ours = clause(uid);
      if (ours?.matches(".writing")) continue;
      departed.delete(uid);
      const section = ours?.parentElement;
      ours?.remove();
      if (section && !section.children.length) section.remove();
    }
    for (const [uid, { theirs, seq }] of waiting) {
      const ours = clause(uid);
      if (ours && isHeld(ours, theirs)) continue;
      waiting.delete(uid);
      if (ours && wordsOf(ours)?.textContent === wordsOf(theirs)?.textContent) exchange(ours, theirs, Math.max(seq, shown.get(uid) ?? 0));
    }
  }

  function mendOutline(list) {
    const outline = document.getElementById("outline");
    const rows = list.matches("ul") ? list : list.querySelector("ul");
    const old = outline.querySelector("ul");
    const top = outline.scrollTop;
    const focused = old.contains(document.activeElement) ? document.activeElement.hash : "";
    const on = old.querySelector("li.on")?.id;
    old.replaceWith(rows);
    if (on) document.getElementById(on)?.classList.add("on");
    if (focused) rows.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    document.getElementById("sieve").dispatchEvent(new Event("input"));
    outline.scrollTop = top;
  }

  // The clause at the top of the view stays where it is; while somebody writes, the one that is written in.
  function keepingPlace(act) {
    const anchor = sheet.querySelector(".c.writing") ?? atTop();
    const before = anchor?.getBoundingClientRect().top;
    act();
    if (anchor?.isConnected) sheet.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  function atTop() {
    if (sheet.scrollTop === 0) return null;
    const { left, width, top } = paper.getBoundingClientRect();
    const from = sheet.getBoundingClientRect().top;
    for (let y = Math.max(from, top) + 4; y < from + 400; y += 12) {
      const found = document.elementFromPoint(left + width / 2, y)?.closest(".c");
      if (found) return found;
    }
    return null;
  }

  return {
    take,
    refresh,
    whole,
    release,
    /** Write a change into the words of a clause that is held. */
    mirror(uid, change) {
      const element = clause(uid);
      if (element) write(element, change, false);
    },
    /** The state that a clause shows, if it is newer than what was heard. */
    stateOf: (uid) => shown.get(uid) ?? 0,
    /** Nobody can say which state a clause shows, until it is asked for. */
    doubt(uid) {
      unsure.add(uid);
    },
    isUnsure: (uid) => unsure.has(uid),
  };
}

const parsed = (html) => Object.assign(document.createElement("template"), { innerHTML: html.trim() }).content.firstElementChild;

// Text nodes

function* texts(words) {
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  let start = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    yield { node, start, end: start + node.length };
    start += node.length;
  }
}

function remove(words, from, to) {
  if (from === to) return;
  for (const { node, start, end } of [...texts(words)]) {
    const [first, last] = [Math.max(from, start), Math.min(to, end)];
    if (first < last) node.deleteData(first - start, last - first);
  }
}

// What is put in just before selected words does not become selected: the selection would grow by itself.
function insertBeside(node, at, insert) {
  const selection = window.getSelection();
  const range = selection.isCollapsed || !selection.rangeCount ? null : selection.getRangeAt(0);
  const begins = range?.startContainer === node && range.startOffset === at;
  const isForward = begins && selection.anchorNode === node && selection.anchorOffset === at;
  node.insertData(at, insert);
  if (!begins) return;
  const [start, { anchorNode, anchorOffset, focusNode, focusOffset }] = [at + insert.length, selection];
  if (isForward) selection.setBaseAndExtent(node, start, focusNode, focusOffset);
  else selection.setBaseAndExtent(anchorNode, anchorOffset, node, start);
}

// Between two nodes it goes into the one that is no link: a reference does not grow by what is written beside it.
function put(words, at, insert) {
  const near = [...texts(words)].filter(({ start, end }) => start <= at && at <= end);
  const inside = near.find(({ start, end }) => start < at && at < end);
  const found = inside ?? near.find(({ node }) => !node.parentElement.closest("a")) ?? near[0];
  const range = document.createRange();
  if (!found) {
    const node = words.appendChild(document.createTextNode(insert));
    range.selectNodeContents(node);
    return range;
  }
  insertBeside(found.node, at - found.start, insert);
  range.setStart(found.node, at - found.start);
  range.setEnd(found.node, at - found.start + insert.length);
  return range;
}
