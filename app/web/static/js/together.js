// The page at the table: what comes in by the socket goes to the treaty on the page, to the editor and to the marks of who is here;
// what is typed goes out, and what has not gone out is kept.
import { openBeside } from "./beside.js";
import { lastEnd } from "./changes.js";
import { openDrawer } from "./kept.js";
import { joinTable } from "./live.js";
import { openOrphans } from "./orphans.js";
import { openPaper } from "./paper.js";
import { openPresence } from "./present.js";
import { openReturned } from "./returned.js";

/** Milliseconds of quiet after which the page is mended, and after which it is, quiet or not; both a little by chance. */
const QUIET = 1200;
const PATIENCE = 4500;
/** Milliseconds that whoever wants to write waits for the table, at most, before they are given a form. */
const MEETING = 1500;

const WORDS = new Set(["reworded", "retitled"]);
const OFFLINE = "Offline: what you write is kept here and sent when the connection is back.";
const ENDED = "You are signed out, or have no seat any more. What you write is kept in this browser, and sent when you have signed in here again.";
const OFFLINE_READER = "Offline: what others write is shown when the connection is back.";

/** `settle(uid)` puts a clause in focus, `say(sentence)` tells something, `mended()` hears that the page was mended. */
export function sitDown(desk, { settle, say, mended }) {
  let writing = null;
  let loading = null;
  let timer = 0;
  let since = 0;
  let running = null;
  let queued = null;

  const beside = openBeside(desk);
  const presence = openPresence(desk);
  const paper = openPaper(desk, {
    held: (uid, words) => writing?.holds(uid, words) ?? false,
    mended() {
      presence.showMarks();
      returned.show();
      mended();
    },
  });

  const table = joinTable(desk, {
    welcome: (who) => presence.welcome(who, table.you),
    edits,
    caughtUp: () => writing?.caughtUp(),
    ready() {
      writing?.ready();
      orphans.send();
      presence.show();
      if (table.may) whenIdle(() => load().catch(() => {}));
    },
    broken: () => writing?.broken(),
    back(told) {
      if (!writing?.cameBack(told)) orphans.cameBack(told);
    },
    kept(told) {
      if (!orphans.wasKept(told) && writing?.wasKept(told)) startAnew();
    },
    here(places) {
      presence.moved(places);
      writing?.showOthers();
    },
    who(came, left) {
      presence.came(came, left);
      writing?.showOthers();
    },
    reload: () => startAnew(),
    ended(sentence, isSignedOut) {
      writing?.saveAll();
      presence.welcome({}, table.you);
      showLine(isSignedOut ? (table.may ? ENDED : "You are signed out, or have no seat any more.") : sentence, isSignedOut);
    },
    line(state) {
      if (state === "broken") {
        showLine(table.may ? OFFLINE : OFFLINE_READER);
        presence.welcome({}, table.you);
        writing?.showOthers();
      } else if (state === "open") {
        showLine("");
        refresh();
      }
    },
  });

  const kept = openDrawer(desk, table.client);
  const returned = openReturned(kept);
  const orphans = openOrphans({ table, kept, returned });
  // What was kept lies on the disk: reading does not wait for it, nor for the code of the editor.
  whenIdle(() => {
    returned.show();
    if (desk.dataset.mayEdit) load().catch(() => {});
  });

  function edits(entries) {
    let isStructural = false;
    try {
      for (const entry of entries) {
        const foreign = entry.w !== table.you;
        if (!paper.take(entry, foreign)) isStructural = true;
        writing?.take(entry, entries);
        orphans.take(entry);
        if (entry.p || entry.d?.carried) returned.answered(entry.p || entry.d.carried);
        if (entry.w && entry.c && lastEnd(entry.c) >= 0) presence.typed(entry.w, entry.u, lastEnd(entry.c));
        beside.heard(entry);
        isStructural ||= !WORDS.has(entry.a);
      }
    } catch (trouble) {
      // The words here are not those of the table: they are asked for again, and nothing that was typed is given up.
      console.warn(trouble);
      startAnew();
    }
    writing?.showOthers();
    if (entries.length) refresh(isStructural);
  }

  // Mending the page

  /** Have the page mended soon, or at once (`now`); the promise is kept when it is. */
  function refresh(now = false) {
    if (now) return run();
    const longest = since ? since + PATIENCE - Date.now() : PATIENCE;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(() => run(), Math.max(0, Math.min(QUIET, longest)) + Math.random() * 500);
    return Promise.resolve();
  }

  function run() {
    clearTimeout(timer);
    if (running) return queued ??= running.then(() => { queued = null; return run(); });
    since = 0;
    running = paper.refresh()
      .catch(() => { if (table.line === "open") refresh(); })
      .finally(() => { running = null; });
    return running;
  }

  // The page is asked for as if it had been loaded anew; what is unconfirmed is sent as an earlier load of it would have left it.
  async function startAnew() {
    const place = writing?.place();
    for (const push of writing?.unconfirmed() ?? []) orphans.adopt(push);
    writing?.end();
    table.leave();
    const seq = await paper.whole().catch(() => 0);
    if (seq) table.seq = seq;
    table.restart();
    if (place) writing.write(place.uid, place);
  }

  // Writing

  function load() {
    loading ??= import("./writing.js").then(({ openWriting }) => {
      writing = openWriting({ desk, table, paper, kept, returned, presence, settle, say, refresh });
      return writing;
    });
    loading.catch(() => { loading = null; });
    return loading;
  }

  /** Open the editor in a clause; false when there is no table, so that a form has to do. */
  async function write(uid, where) {
    if (table.line === "before" && !(await Promise.race([table.met, later(MEETING)]))) return false;
    if (table.may && table.line === "ended") {
      say("Sign in again before you write here.");
      return true;
    }
    if (!table.may) return false;
    try {
      await load();
    } catch {
      return false;
    }
    if (paper.isUnsure(uid)) await run();
    return writing.write(uid, where);
  }

  // The line

  function showLine(sentence, ended = false) {
    const line = document.getElementById("line");
    line.replaceChildren();
    line.hidden = !sentence;
    if (!sentence) return;
    line.append(sentence);
    if (!ended) return;
    const link = Object.assign(document.createElement("a"), { href: signIn(), textContent: "Sign in" });
    link.addEventListener("click", () => {
      writing?.saveAll();
      link.href = signIn();
    });
    line.append(" ", link);
  }

  // One comes back to this draft, and to the clause.
  function signIn() {
    const uid = writing?.uid || decodeURIComponent(location.hash.slice(1));
    return `/sign-in?then=${encodeURIComponent(desk.dataset.draft + (uid && `#${uid}`))}`;
  }

  // Whoever signed in elsewhere goes on here, if it is the same person.
  async function lookAgain() {
    if (table.line !== "ended" || document.hidden) return;
    const answer = await fetch(desk.dataset.draft, { headers: { accept: "text/html" } }).catch(() => null);
    // The page of nobody, and of somebody else, says so in the same place.
    const [, seat] = (answer && /data-seat="([^"]*)"/.exec(await answer.text())) ?? [];
    if (seat === desk.dataset.seat) table.revive();
  }

  window.addEventListener("focus", lookAgain);

  window.addEventListener("beforeunload", (event) => {
    writing?.saveAll();
    if (kept.failed && writing?.isUnconfirmed) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    writing?.saveAll();
    kept.leave();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) writing?.saveAll();
    else lookAgain();
  });
  document.addEventListener("selectionchange", () => { if (window.getSelection().isCollapsed) paper.release(); });

  return {
    write,
    leave: () => writing?.leave(),
    /** Whether a key is still meant for an editor that has gone. */
    catches: () => writing?.catches() ?? false,
    doubt: (uid) => {
      paper.doubt(uid);
      refresh(true);
    },
    get uid() {
      return writing?.uid ?? "";
    },
  };
}

const later = (wait) => new Promise((keep) => setTimeout(() => keep(false), wait));
const whenIdle = (act) => (window.requestIdleCallback ?? setTimeout)(act);
