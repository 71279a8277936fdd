// The page's one socket to the table: what others do comes in by it, what is typed here goes out; when it breaks it is opened
// again, and told from which state on to go.

/** The codes of a line that need not be opened again: signed out or removed, and not understood. */
const SIGNED_OUT = 4001;
const FINAL = new Set([SIGNED_OUT, 4003]);
const FIRST_WAIT = 250;
const LONGEST_WAIT = 3000;
/** The code of a line that is closed as what was said was too long. */
const TOO_LONG = 1009;
/** How often a line may break upon the same words before they are taken to be the cause. */
const TOO_OFTEN = 4;
const UNSENDABLE = "The table could not take them: they may be too long to be sent at once.";
/** Milliseconds after which a silence upon a push means that the line is dead, though nobody said so. */
const SILENCE = 12_000;
/** Milliseconds of a broken line before it is called that: a server that starts anew is back sooner. */
const GRACE = 900;

/** A name that no page load had before: 16 letters and digits. */
export function freshName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
}

/**
 * `hears` are called with what comes: welcome, edits(entries, from, to), back, here, who, left, reload, ended, and line("open" |
 * "broken" | "ended") when the line's state changes.
 */
export function joinTable(desk, hears) {
  const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${desk.dataset.draft}/live`;
  const client = freshName().slice(0, 12);
  const deeds = new Map();
  let socket = null;
  let wait = FIRST_WAIT;
  let again = 0;
  let silence = 0;
  let late = 0;
  let number = 0;
  let why = "";
  let done;
  // What was pushed and has no answer yet, by the name of its list: {uid, n, size, sent, breaks}.
  const pushed = new Map();
  const table = {
    client,
    seq: Number(desk.dataset.seq),
    you: "",
    may: false,
    /** "before" the first answer, "open", "broken", "ended". */
    line: "before",
    /** Settled when it is known whether there is a table at all. */
    met: new Promise((resolve) => { done = resolve; }),
    send,
    deed,
    leave,
    restart,
    revive,
    expect,
  };

  function say(line) {
    if (table.line === line) return;
    table.line = line;
    hears.line(line);
  }

  function open() {
    clearTimeout(again);
    if (table.line === "ended" || socket) return;
    const made = new WebSocket(address);
    socket = made;
    made.onopen = () => made.send(JSON.stringify({ hello: { since: table.seq, client } }));
    made.onmessage = ({ data }) => socket === made && take(JSON.parse(data));
    made.onclose = ({ code }) => socket === made && lost(code);
  }

  function lost(code) {
    socket = null;
    clearTimeout(silence);
    silence = 0;
    done(table.line !== "before");
    for (const { refuse } of deeds.values()) refuse("The connection broke before this was done. Look whether it was, and try again.");
    deeds.clear();
    hears.broken();
    giveUp(code);
    if (FINAL.has(code)) return end(why || "You are not signed in here any more.", code === SIGNED_OUT);
    if (code === 4008) wait = 2 * LONGEST_WAIT;
    // A page without a table keeps its forms; it is asked now and then whether there is one.
    if (table.line !== "before" && !late) late = setTimeout(() => table.line !== "ended" && say("broken"), navigator.onLine ? GRACE : 0);
    table.due = 0;
    again = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  // Words upon which the line breaks each time would keep everything else from going out: they come back.
  function giveUp(code) {
    const sent = [...pushed].filter(([, push]) => push.sent);
    const longest = sent.reduce((most, [, { size }]) => Math.max(most, size), 0);
    for (const [name, push] of sent) {
      push.sent = false;
      push.breaks += 1;
      if (push.breaks < TOO_OFTEN && !(code === TOO_LONG && push.size === longest)) continue;
      pushed.delete(name);
      hears.back({ uid: push.uid, client: name, n: push.n, why: UNSENDABLE, by: "" });
    }
  }

  function note({ client: name, uid, n, changes }, size) {
    const before = pushed.get(name);
    pushed.set(name, { uid, n: changes.map((_, index) => n + index), size, sent: true, breaks: before?.n[0] === n ? before.breaks : 0 });
  }

  // Not before something was answered is a line good again.
  function answered(name) {
    if (pushed.delete(name)) wait = FIRST_WAIT;
  }

  function end(sentence, isSignedOut) {
    if (table.line === "ended") return;
    clearTimeout(late);
    late = 0;
    say("ended");
    hears.ended(sentence, isSignedOut);
    leave();
  }

  // After an end: whoever was signed out is signed in again.
  function revive() {
    if (table.line !== "ended") return;
    say("broken");
    wait = FIRST_WAIT;
    open();
  }

  function leave() {
    clearTimeout(again);
    const left = socket;
    socket = null;
    left?.close();
  }

  function restart() {
    leave();
    lost(0);
  }

  const takes = {
    welcome({ seq, you, may, who }) {
      table.you = you;
      table.may = may;
      if (!pushed.size) wait = FIRST_WAIT;
      clearTimeout(late);
      late = 0;
      say("open");
      hears.welcome(who);
      done(true);
      if (seq <= table.seq) hears.ready();
      else table.due = seq;
    },
    back(told) {
      answered(told.client);
      hears.back(told);
    },
    done(told) {
      deeds.get(told.id)?.keep(told);
      deeds.delete(told.id);
    },
    no(told) {
      deeds.get(told.id)?.refuse(told.why);
      deeds.delete(told.id);
    },
    here: (told) => hears.here(told),
    kept(told) {
      answered(told.client);
      hears.kept(told);
    },
    // Why the line is closed: whether for good, its code says.
    end: (sentence) => { why = sentence; },
    reload: (sentence) => hears.reload(sentence),
    // Nothing of them is said: whoever shows notes asks for those that it may have.
    notes: () => document.dispatchEvent(new Event("notes:stirred")),
  };

  function take(frame) {
    clearTimeout(silence);
    silence = 0;
    if (frame.seq && frame.edits) return commit(frame);
    if (frame.who || frame.left) return hears.who(frame.who ?? {}, frame.left ?? []);
    for (const [name, told] of Object.entries(frame)) takes[name]?.(told);
  }

  function commit({ seq: [from, to], edits }) {
    if (to <= table.seq) return;
    // Something was missed: what came since is asked for again.
    if (from > table.seq) return restart();
    const before = table.seq;
    const entries = edits.filter((entry) => entry.s > before);
    for (const entry of entries) answered((entry.p || entry.d?.carried || "").split(".")[0]);
    hears.edits(entries, before, to);
    table.seq = to;
    hears.caughtUp();
    if (table.due && to >= table.due) {
      table.due = 0;
      hears.ready();
    }
  }

  /** Whether it went out. */
  function send(frame) {
    if (socket?.readyState !== WebSocket.OPEN || table.line === "ended") return false;
    const text = JSON.stringify(frame);
    socket.send(text);
    if (frame.push) note(frame.push, text.length);
    return true;
  }

  /** An answer is due: if none comes, the line is dead. */
  function expect() {
    silence ||= setTimeout(restart, SILENCE);
  }

  /** What the server made of an act upon the structure; refused with a sentence. */
  function deed(what, uid, base, at) {
    return new Promise((keep, refuse) => {
      const id = ++number;
      deeds.set(id, { keep, refuse });
      if (!send({ deed: { id, do: what, uid, base, at } })) {
        deeds.delete(id);
        refuse("This waits for the connection: you are offline.");
      } else expect();
    });
  }

  window.addEventListener("online", () => { wait = FIRST_WAIT; if (!socket) open(); });
  window.addEventListener("offline", () => { if (socket) restart(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted && !socket) open(); });
  open();
  return table;
}
