// Writing in the clauses of the page: which one has the editor, how the keys lead from one to the next, and the acts by which
// clauses are begun, split, joined and put on another level.
import { undoDepth } from "@codemirror/commands";
import { Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { pieces } from "./changes.js";
import { Copy, isAway } from "./copy.js";
import { difference, editorState, fromTable, isAtEdge, oneLine, placeAt, setOthers, tidied } from "./editor.js";
import { dress, marksOf, setMarks } from "./marks.js";
import { clausesOf, wordsOf } from "./paper.js";
import { Place } from "./place.js";

/** Milliseconds after a keystroke until it is sent, so that a quick hand's letters go together. */
const GATHER = 60;
/** Milliseconds between two words on where the caret stands. */
const TELL = 220;
/** How many clauses stay at hand after they were left, with what can be undone in them. */
const AT_HAND = 12;
/** Milliseconds after leaving a clause in which one may be on the way into the next. */
const SETTLED = 250;
/** Milliseconds without a key after which one is meant for the page, when an editor has gone. */
const PAUSE = 1500;

const OFFLINE = "This waits for the connection: you are offline.";
const SIGNED_OUT = "This waits until you have signed in again.";

export function openWriting({ desk, table, paper, kept, returned, presence, settle, say, refresh }) {
  const sheet = document.getElementById("sheet");
  const nonce = document.querySelector("meta[name=style-nonce]")?.content ?? "";
  const copies = new Map();
  let open = null;
  let held = null;
  let gathering = 0;
  let saving = 0;
  let telling = 0;
  let thrown = 0;
  // The last entry heard of; and the act of ours that is the last thing we did at all, so that undoing takes just that back.
  let latest = null;
  let lastAct = null;
  // What follows from a commit is done when all of it was taken.
  const after = [];
  // Clauses that were begun here without a word: they go again when they are left without one.
  const begun = new Set();
  // Places to which a caret is being led: they go along with the words until it is there.
  const led = new Set();

  const clause = (uid) => {
    const element = document.getElementById(uid);
    return element?.matches("#sheet .c:not(.edit)") ? element : null;
  };
  const isHeading = (element) => !element.querySelector(":scope > p");

  // Opening and leaving

  /** Open the editor in a clause, the caret at a place of its words or under a point; false when it cannot be. */
  function write(uid, { at = null, point = null, line = 0 } = {}) {
    const element = clause(uid);
    const words = wordsOf(element);
    if (!words || !table.may || table.line === "ended") return false;
    const place = at ?? (point ? placeAt(words, point.x, point.y) : -1);
    if (open?.uid === uid) return put(place);
    leave();
    const copy = copyOf(uid, element, words);
    const host = document.createElement("div");
    host.className = words.matches("p") ? "words" : "h words";
    element.classList.add("writing");
    words.after(host);
    const { length } = copy.state.doc;
    const caret = place < 0 ? length : Math.min(place, length);
    // All that is known goes into the first state: each further one would have the page set again.
    copy.state = copy.state.update({ selection: { anchor: caret }, effects: setOthers.of(presence.inClause(uid)) }).state;
    open = { uid, copy, host, words, view: null, before: copy.state.doc };
    copy.view = open.view = new EditorView({
      state: copy.state,
      parent: host,
      scrollTo: EditorView.scrollIntoView(caret),
      dispatchTransactions: (all, view) => took(copy, all, view),
    });
    desk.dataset.writing = uid;
    settle(uid, open.view);
    open.view.focus();
    if (line) put(lineAt(open.view, line, point));
    tell();
    return true;
  }

  function put(place) {
    const { view } = open;
    if (place >= 0) view.dispatch({ selection: { anchor: Math.min(place, view.state.doc.length) }, scrollIntoView: true });
    view.focus();
    return true;
  }

  function lineAt(view, line, point) {
    const edge = view.coordsAtPos(line < 0 ? view.state.doc.length : 0);
    if (!edge) return -1;
    return view.posAtCoords({ x: point.x, y: (edge.top + edge.bottom) / 2 }, false);
  }

  function copyOf(uid, element, words) {
    const known = copies.get(uid);
    if (known) {
      copies.delete(uid);
      copies.set(uid, known);
      if (known.isQuiet) known.state = known.state.update({ effects: setMarks.of(marksOf(words)) }).state;
      return known;
    }
    const heard = Math.max(table.seq, paper.stateOf(uid));
    const copy = new Copy(uid, words.textContent, heard, { table, kept, face: faceOf(() => copy) });
    const label = `${isHeading(element) ? "Heading" : "Words"} of ${nameOf(element)}`;
    copy.state = editorState(words.textContent, { label, heading: isHeading(element), acts, nonce });
    copy.state = copy.state.update({ effects: setMarks.of(marksOf(words)) }).state;
    copies.set(uid, copy);
    for (const [other, one] of copies) {
      if (copies.size <= AT_HAND) break;
      if (one.isQuiet && other !== open?.uid && other !== uid) copies.delete(other);
    }
    return copy;
  }

  function nameOf(element) {
    const label = element.querySelector(".n")?.textContent.trim() ?? "";
    const article = element.closest(".a")?.querySelector(".c.article .n")?.textContent.trim() ?? "";
    return [...new Set([article, label])].filter(Boolean).join(", ") || "this clause";
  }

  /** Leave the clause that is open, if one is; `quietly` when it goes on elsewhere at once. */
  function leave({ quietly = false } = {}) {
    if (!open) return;
    const { uid, copy, host, words, view, before } = open;
    const changes = held ? [] : tidied(view.state);
    if (changes.length) view.dispatch({ changes, userEvent: "delete.tidy" });
    open = null;
    clearTimeout(gathering);
    copy.view = null;
    copy.state = view.state;
    host.closest(".c")?.classList.remove("writing");
    const changed = !view.state.doc.eq(before);
    view.destroy();
    host.remove();
    if (changed && words.isConnected) dress(words, copy.state);
    delete desk.dataset.writing;
    copy.release(table.seq);
    copy.flush();
    if (begun.size) setTimeout(dropEmpty, SETTLED);
    paper.release();
    if (!quietly) {
      table.send({ here: null });
      if (changed) refresh();
    }
  }

  async function dropEmpty() {
    for (const uid of begun) {
      const words = wordsOf(clause(uid));
      if (words?.textContent || !words) begun.delete(uid);
      if (words?.textContent !== "" || open?.uid === uid || held) continue;
      try {
        const copy = copies.get(uid);
        await copy?.quiet();
        begun.delete(uid);
        await table.deed("drop", uid, copy?.heard ?? table.seq, 0);
        copies.delete(uid);
        refresh(true);
      } catch {
        // Somebody has written in it meanwhile, or the line is broken: an empty clause does no harm.
      }
    }
  }

  // What is typed, and what is shown

  function took(copy, transactions, view) {
    view.update(transactions);
    copy.state = view.state;
    for (const transaction of transactions) {
      if (!transaction.docChanged) continue;
      mirror(copy, transaction);
      if (transaction.annotation(fromTable)) continue;
      lastAct = null;
      copy.typed(transaction.changes);
      gather(copy);
    }
    if (transactions.some((one) => one.selection || one.docChanged)) tell();
  }

  function mirror(copy, transaction) {
    if (!transaction.changes.empty) paper.mirror(copy.uid, transaction.changes.toJSON());
  }

  function gather(copy) {
    clearTimeout(saving);
    saving = setTimeout(() => copy.save(), 2 * GATHER);
    gathering ||= setTimeout(() => {
      gathering = 0;
      for (const one of copies.values()) one.flush();
    }, GATHER);
  }

  // How a copy shows what the table did to it, with an editor or without.
  function faceOf(copyIs) {
    const show = (spec) => {
      const copy = copyIs();
      const whole = { ...spec, annotations: [fromTable.of(true), Transaction.addToHistory.of(false), Transaction.remote.of(true)], filter: false };
      if (copy.view) return copy.view.dispatch(whole);
      const transaction = copy.state.update(whole);
      copy.state = transaction.state;
      mirror(copy, transaction);
    };
    return {
      isComposing: () => Boolean(copyIs().view?.composing),
      applied: (changes) => { if (!changes.empty) show({ changes }); },
      unsent: (text, why) => returned.add({ id: copyIs().name, uid: copyIs().uid, text, why, by: "" }),
      replaced(words, place) {
        const copy = copyIs();
        const changes = difference(copy.state.doc.toString(), words);
        if (changes.from < changes.to || changes.insert) show({ changes });
        if (copy.view && place && place.uid !== copy.uid) lead(place);
        else if (copy.view && copy.struck) after.push(() => gone(copy, copy.struck));
      },
    };
  }

  // Presence

  function tell() {
    telling ||= setTimeout(() => {
      telling = 0;
      if (!open) return;
      const { anchor, head } = open.view.state.selection.main;
      table.send({ here: { uid: open.uid, at: [anchor, head] } });
    }, TELL);
  }

  function showOthers() {
    if (open) open.view.dispatch({ effects: setOthers.of(presence.inClause(open.uid)) });
  }

  // From clause to clause

  function neighbour(way) {
    const all = clausesOf(sheet).filter((one) => wordsOf(one));
    const at = all.findIndex((one) => one.id === open.uid);
    return all[at + way] ?? null;
  }

  function walk(way, where) {
    const next = neighbour(way);
    return Boolean(next) && write(next.id, where);
  }

  function vertical(view, way) {
    if (!view.state.selection.main.empty || !isAtEdge(view, way)) return false;
    const here = view.coordsAtPos(view.state.selection.main.head);
    return Boolean(here) && walk(way, { line: way, point: { x: here.left, y: 0 } });
  }

  const acts = {
    isHeld: () => held !== null,
    hold(text) {
      held.text += text;
      return true;
    },
    unhold() {
      held.text = held.text.slice(0, -1);
    },
    tooMuch: say,
    pasted: () => say("Line breaks became spaces. Enter begins a new clause."),
    blurred() {
      // A window that is left for another one keeps its editor; a click elsewhere on the page ends it.
      setTimeout(() => {
        if (open && !held && document.hasFocus() && !open.host.contains(document.activeElement)) leave();
      }, 0);
    },
    composed() {
      setTimeout(() => {
        open?.copy.release(table.seq);
        goAfter();
      }, 20);
    },
    escape() {
      const { uid } = open;
      leave();
      rest(clause(uid));
      return true;
    },
    enter(view) {
      const { uid } = open;
      if (isHeading(clause(uid))) {
        if (!walk(1, { at: 0 })) acts.escape();
        return true;
      }
      if (!view.state.selection.main.empty) view.dispatch(view.state.replaceSelection(""));
      act(view.state.selection.main.head === view.state.doc.length ? "begin" : "split");
      return true;
    },
    back(view) {
      if (!view.state.selection.main.empty || view.state.selection.main.head > 0) return false;
      const before = neighbour(-1);
      if (!before || isHeading(clause(open.uid))) return true;
      if (!view.state.doc.length && begun.has(open.uid)) return walk(-1, {});
      if (isHeading(before)) return true;
      act("merge", { also: before.id });
      return true;
    },
    forth(view) {
      const { main } = view.state.selection;
      const after = neighbour(1);
      if (!main.empty || main.head < view.state.doc.length) return false;
      if (after && !isHeading(after) && !isHeading(clause(open.uid))) act("merge", { uid: after.id, also: open.uid });
      return true;
    },
    undo(view) {
      if (begun.has(open.uid) && !view.state.doc.length) return walk(-1, {});
      if (lastAct?.uid === open.uid) takeBack();
      else if (undoDepth(view.state)) return false;
      else say("Nothing that you typed here is left to undo. A split is taken back with Backspace, a level with Shift and Tab.");
      return true;
    },
    deeper: () => level("deeper"),
    shallower: () => level("shallower"),
    up: (view) => vertical(view, -1),
    down: (view) => vertical(view, 1),
    sideways(view, way) {
      const { main, main: { head } } = view.state.selection;
      const forward = (way > 0) === (view.textDirectionAt(head) === 0);
      if (!main.empty || head !== (forward ? view.state.doc.length : 0)) return false;
      return forward ? walk(1, { at: 0 }) : walk(-1, {});
    },
  };

  function level(way) {
    act(way);
    return true;
  }

  function rest(element) {
    if (!element) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  // Acts upon the structure. What is typed while one is under way waits, and goes on where the act leads.

  async function act(what, { uid = open.uid, also = "" } = {}) {
    const { copy, view } = open;
    const mine = copies.get(uid) ?? null;
    held = { text: "" };
    lastAct = null;
    try {
      if (table.line !== "open") throw table.line === "ended" ? SIGNED_OUT : OFFLINE;
      await Promise.all([copy.quiet(), mine?.quiet(), copies.get(also)?.quiet()]);
      const at = what === "split" ? view.state.selection.main.head : 0;
      const done = await table.deed(what, uid, mine?.heard ?? table.seq, at);
      const { s: seq = 0, by = "" } = latest ?? {};
      await goWith(what, done, uid);
      if (open) lastAct = { uid: open.uid, seq, by };
    } catch (why) {
      if (typeof why !== "string") throw why;
      say(why);
    } finally {
      letGo(copy);
    }
  }

  async function takeBack() {
    lastAct = null;
    const { form } = document.querySelector("form[action$='/undo'] [name=csrf]") ?? {};
    const sent = form && { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" };
    const answer = sent && table.line === "open" ? await fetch(form.action, sent).catch(() => null) : null;
    if (answer?.type !== "opaqueredirect") say("This could not be taken back: you are offline, or somebody has written there since.");
    refresh(true);
  }

  async function goWith(what, { uid, at }, from) {
    refresh(true);
    if (what === "deeper" || what === "shallower") return;
    if (!clause(uid)) await refresh(true);
    if (what === "merge" && from !== uid) {
      if (open?.uid === from) leave({ quietly: true });
      clause(from)?.setAttribute("hidden", "");
    }
    write(uid, { at });
  }

  function goOnTyping(text) {
    const [first, ...more] = text.split("\n");
    const { view } = open;
    if (first) view.dispatch(view.state.replaceSelection(oneLine(first)), { userEvent: "input.type" });
    view.focus();
    if (!more.length) return;
    acts.enter(view);
    if (held) held.text = more.join("\n") + held.text;
  }

  // The caret goes on where its words have gone, when all that came was taken.
  function lead(place) {
    led.add(place);
    after.push(() => goOn(place));
  }

  async function goOn(place) {
    const from = open?.copy;
    // What is typed while the page is asked for belongs where it leads.
    const waits = !held && !clause(place.uid);
    if (waits) held = { text: "" };
    if (!clause(place.uid)) await refresh(true);
    led.delete(place);
    if (!write(place.uid, place)) {
      if (from?.struck && open?.copy === from) gone(from, from.struck);
      else {
        thrown = Date.now();
        leave();
      }
    }
    if (from?.struck) forget(from);
    if (waits) letGo(from);
  }

  // What was typed meanwhile goes on where the caret is now; without one it comes back.
  function letGo(from) {
    const { text } = held;
    held = null;
    if (open) goOnTyping(text);
    else if (text) returned.add({ id: `${from.name}.late`, uid: from.uid, text, why: "The clause was gone when you wrote them.", by: "" });
  }

  // What others did to the clause that is open

  // A copy of which something is unanswered stays, until it is known what has become of that.
  function forget(copy) {
    if (copy.isQuiet) copies.delete(copy.uid);
  }

  function gone(copy, entry) {
    const isOpen = open?.copy === copy;
    const at = isOpen ? open.view.state.selection.main.head : 0;
    const why = entry.d?.joined ? `${entry.by} joined the clause that you were writing in to another.` : `${entry.by} struck the clause that you were writing in.`;
    if (isOpen) {
      // Its keys must not become those of the page, nor go into another clause.
      returned.receive({ id: `${copy.name}.gone`, uid: copy.uid, text: copy.words.toString(), why, by: entry.by }, at);
      leave({ quietly: true });
      // What is loaded anew is the draft, where these words are shown.
      history.replaceState(history.state, "", desk.dataset.draft);
    }
    forget(copy);
    say(why);
  }

  function followAway(copy, entry, frame, caret) {
    const place = new Place(copy.uid, caret);
    place.follow(entry, frame);
    if (place.uid !== copy.uid) lead(place);
    else if (entry.a === "struck") after.push(() => gone(copy, entry));
  }

  function goAfter() {
    for (const act of after.splice(0)) act();
  }

  function take(entry, frame) {
    latest = entry;
    for (const place of led) place.follow(entry, frame);
    if (lastAct && entry.by === lastAct.by && entry.s > lastAct.seq) lastAct = null;
    // While an act of ours is under way, what is begun empty is begun by it.
    if (held && entry.a === "inserted" && !pieces(entry.c ?? []).length) begun.add(entry.u);
    for (const copy of [...copies.values()]) {
      const isOpen = open?.copy === copy && !held;
      const caret = isOpen ? open.view.state.selection.main.head : 0;
      const length = copy.words.length;
      copy.take(entry, frame);
      if (entry.u !== copy.uid || copy.settling) continue;
      const lost = entry.a === "struck" || (copy.words.length < length && isAway(entry, frame));
      if (isOpen && lost) followAway(copy, entry, frame, caret);
      else if (entry.a === "struck" && open?.copy !== copy) forget(copy);
    }
  }

  return {
    write,
    leave,
    take,
    /** Whether the editor has just gone from under somebody's hands: what they type is meant for it, until they pause. */
    catches() {
      const isLate = Date.now() - thrown < PAUSE;
      if (isLate) thrown = Date.now();
      return isLate;
    },
    showOthers,
    get uid() {
      return open?.uid ?? "";
    },
    /** Whether a clause's words are ours to say; the page's own then wait, unless they are the same. */
    holds(uid, words) {
      const copy = copies.get(uid);
      if (!copy) return false;
      return open?.uid === uid || words === undefined || copy.words.toString() !== words;
    },
    caughtUp() {
      for (const copy of [...copies.values()]) copy.caughtUp(table.seq);
      goAfter();
    },
    ready() {
      // What was refused for want of a line need not be said any longer.
      const told = document.getElementById("said");
      if (told && [OFFLINE, SIGNED_OUT].some((sentence) => told.textContent.includes(sentence))) told.remove();
      for (const copy of copies.values()) {
        copy.push();
        copy.flush();
      }
      tell();
    },
    broken() {
      for (const copy of copies.values()) copy.broken();
    },
    /** Whether it was a copy's. */
    cameBack({ client, uid, n, why, by }) {
      const copy = [...copies.values()].find((one) => one.name === client);
      if (!copy) return false;
      returned.add({ id: `${client}.${n[0]}`, uid, text: copy.cameBack(n), why, by });
      goAfter();
      return true;
    },
    wasKept({ client, n }) {
      const isMissed = [...copies.values()].find((one) => one.name === client)?.wasKept(n) ?? false;
      goAfter();
      return isMissed;
    },
    /** Let go of everything; what is unconfirmed was kept. */
    end() {
      if (open) thrown = Date.now();
      if (open) leave({ quietly: true });
      for (const copy of copies.values()) copy.save();
      copies.clear();
    },
    /** Where the caret stands, if somewhere. */
    place: () => open && { uid: open.uid, at: open.view.state.selection.main.head },
    /** What is unconfirmed, as it is kept. */
    unconfirmed: () => [...copies.values()].filter((one) => !one.isQuiet).map((one) => one.asKept()).filter(Boolean),
    get isUnconfirmed() {
      return [...copies.values()].some((one) => !one.isQuiet);
    },
    saveAll() {
      for (const copy of copies.values()) if (!copy.isQuiet) copy.save();
    },
  };
}
