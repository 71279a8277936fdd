// One clause's words while they are written here: what the table has confirmed, what is on its way, and what was typed since.
//
// The collaboration itself is @codemirror/collab's, over `shadow`: the words with what is on its way. What was typed since then is
// one change on top (`tail`) until it is sent, so that one update goes out for some keystrokes, and one for an hour without a line.
// Updates of others are taken one at a time, and mapped over one change at a time: anything else does not converge.
//
// When an act takes words away from the clause (it was split, or joined to another, or struck) while something is unconfirmed,
// nothing more is taken in: the server alone knows where the words have gone. All of it is sent in the terms of the state before
// (`settling`), and when every part was answered the words are what the table says.
import { collab, receiveUpdates, sendableUpdates } from "@codemirror/collab";
import { ChangeSet, EditorState } from "@codemirror/state";
import { FRAME, PLACES, UPDATE, fitting, lastEnd, weight } from "./changes.js";
import { freshName } from "./live.js";
import { Place, actOf, takesFrom } from "./place.js";

const ACTS_AWAY = new Set(["struck", "split"]);
/** What the two of them weigh. */
const QUOTES = 4;
const TOO_LONG = "They were too long to be sent while this clause was being divided.";

export class Copy {
  /**
   * `face` shows the words: it has applied(changes) for what others did, replaced(text) for all of them anew, and unsent(text, why)
   * for words that could not go out. `room` is what an update and a push may weigh.
   */
  constructor(uid, words, heard, { table, kept, face, room = { update: UPDATE, frame: FRAME } }) {
    this.uid = uid;
    this.table = table;
    this.kept = kept;
    this.face = face;
    this.room = room;
    /** The state of the draft up to which this copy has heard. */
    this.heard = heard;
    this.tail = null;
    this.settling = null;
    this.held = [];
    this.waiting = [];
    this.struck = null;
    this.found(words);
  }

  // Begun, or begun anew, from the words that the table has.
  found(words) {
    this.name = freshName();
    this.n = 1;
    this.shadow = EditorState.create({ doc: words, extensions: collab({ clientID: this.name }) });
    this.confirmed = this.shadow.doc;
  }

  /** The words as their writer sees them. */
  get words() {
    if (this.settling) return this.settling.words;
    return this.tail ? this.tail.apply(this.shadow.doc) : this.shadow.doc;
  }

  /** The changes that nobody has answered yet, each on top of the one before, and small enough to go out one by one. */
  get unanswered() {
    const sent = this.settling ? this.settling.list : sendableUpdates(this.shadow).map((update) => update.changes);
    return [...sent, ...pieces(this.tail, this.room.update)];
  }

  get isAnswered() {
    return !this.tail && (this.settling ? this.settling.answered.size === this.settling.list.length : !sendableUpdates(this.shadow).length);
  }

  get isQuiet() {
    return !this.settling && this.isAnswered && !this.held.length;
  }

  /** Settled when all is confirmed. */
  quiet() {
    this.flush();
    return this.isQuiet ? Promise.resolve() : new Promise((keep, refuse) => this.waiting.push({ keep, refuse }));
  }

  /** The line broke: whoever waits is told. */
  broken() {
    for (const { refuse } of this.waiting.splice(0)) refuse("This waits for the connection: you are offline.");
  }

  // Out

  /** Something was typed. */
  typed(changes) {
    if (this.settling) this.settling.words = changes.apply(this.settling.words);
    if (!this.settling?.isOver) this.tail = this.tail ? this.tail.compose(changes) : changes;
  }

  /** Send what was typed, unless something is on its way already; of very much, the first part. */
  flush() {
    if (this.tail?.empty) {
      // Typed and taken back again, or deleted by somebody else first.
      this.tail = null;
      this.save();
    }
    if (!this.tail || this.table.line !== "open" || this.face.isComposing() || this.held.length) return;
    if (this.settling) {
      if (this.settling.answered.size < this.settling.list.length) return;
      this.enlist();
      if (this.isAnswered) return this.finish();
    } else {
      if (sendableUpdates(this.shadow).length) return;
      const [first, rest] = parted(this.tail, this.room.update);
      this.shadow = this.shadow.update({ changes: first }).state;
      this.tail = rest;
    }
    this.save();
    this.push();
  }

  /** Send all that is unanswered; again, when it was sent before. */
  push() {
    const list = this.settling ? this.settling.list : sendableUpdates(this.shadow).map((update) => update.changes);
    if (!list.length) return;
    const base = this.settling ? this.settling.base : this.heard;
    const push = { uid: this.uid, client: this.name, base, n: this.n, changes: list.map((one) => one.toJSON()) };
    if (this.table.send({ push })) this.table.expect();
  }

  /** Keep what is unanswered where a reload finds it. */
  save() {
    const push = this.asKept();
    if (push) this.kept.keep(push);
    else this.kept.confirm(this.name);
  }

  /** What is unanswered, as it is kept; null when nothing is. */
  asKept() {
    const changes = this.unanswered.map((one) => one.toJSON());
    if (!changes.length) return null;
    const base = this.settling ? this.settling.base : this.heard;
    return { client: this.name, uid: this.uid, base, n: this.n, changes, words: this.words.toString() };
  }

  // In

  /** Take one entry of the journal; `frame` are all that came with it. */
  take(entry, frame) {
    if (entry.s <= this.heard) return;
    // What comes after something that is held back waits behind it, whatever it is.
    if (this.face.isComposing() || (this.held.length && !this.releasing)) {
      this.held.push([entry, frame]);
      return;
    }
    const name = entry.p || entry.d?.carried || "";
    const mine = name.startsWith(`${this.name}.`) ? Number(name.slice(this.name.length + 1)) : 0;
    const here = entry.u === this.uid;
    const changes = here && entry.c ? ChangeSet.fromJSON(entry.c) : null;
    if (changes) this.confirmed = changes.apply(this.confirmed);
    if (here && (entry.a === "struck" || entry.a === "restored")) this.struck = entry.a === "struck" ? entry : null;
    if (this.settling) {
      this.settling.place?.follow(entry, frame);
      return this.answer(mine, entry);
    }
    if (!here) return;
    if (mine) this.receive(changes, this.name);
    else if (isAway(entry, frame) && !this.isAnswered) this.settle(entry.s - 1);
    else if (changes) this.receive(changes, "others");
  }

  receive(changes, whose) {
    if (whose === this.name) {
      this.shadow = receiveUpdates(this.shadow, [{ changes, clientID: whose }]).state;
      this.n += 1;
    } else {
      const taken = receiveUpdates(this.shadow, [{ changes, clientID: whose }]);
      this.shadow = taken.state;
      let shown = taken.changes;
      if (this.tail) {
        shown = taken.changes.map(this.tail, true);
        this.tail = this.tail.map(taken.changes);
      }
      this.face.applied(shown);
    }
    this.save();
  }

  /** Take what was held back while letters were being put together, up to this state. */
  release(seq) {
    if (this.face.isComposing()) return;
    const held = this.held.splice(0);
    this.releasing = true;
    try {
      for (const [entry, frame] of held) this.take(entry, frame);
    } finally {
      this.releasing = false;
    }
    this.caughtUp(seq);
  }

  /** A whole commit was taken, up to this state. */
  caughtUp(seq) {
    if (this.held.length) return;
    this.heard = Math.max(this.heard, seq);
    this.finish();
    this.flush();
    if (this.isQuiet) for (const { keep } of this.waiting.splice(0)) keep();
  }

  // Settling

  settle(base) {
    const words = this.words;
    const list = sendableUpdates(this.shadow).map((update) => update.changes);
    this.settling = { base, list, words, answered: new Set(), place: null, isOver: false };
    this.enlist();
    this.save();
    this.push();
  }

  // All of it has to go out in one push: of what is more than that, nobody could tell where it belongs.
  enlist() {
    const { list } = this.settling;
    const room = this.room.frame - list.reduce((sum, one) => sum + weight(one.toJSON()), 0);
    if (this.tail && (weight(this.tail.toJSON()) > room || parted(this.tail, this.room.frame)[1])) this.settling.isOver = true;
    else if (this.tail) list.push(this.tail);
    this.tail = null;
  }

  answer(mine, entry) {
    if (!mine || !this.settling) return;
    this.settling.answered.add(mine);
    if (entry?.c && lastEnd(entry.c) >= 0) this.settling.place = new Place(entry.u, lastEnd(entry.c));
  }

  finish() {
    if (!this.settling || this.tail || this.settling.answered.size < this.settling.list.length || this.face.isComposing()) return;
    const { place, isOver, words } = this.settling;
    this.settling = null;
    if (isOver) this.face.unsent(words.toString(), TOO_LONG);
    this.anew(place);
  }

  anew(place = null) {
    this.kept.confirm(this.name);
    this.tail = null;
    this.found(this.confirmed);
    this.face.replaced(this.confirmed.toString(), place);
  }

  /** These updates were in the journal already; their entries should have been heard. */
  wasKept(n) {
    if (!this.settling) return n.includes(this.n) && !this.isAnswered;
    for (const one of n) this.settling.answered.add(one);
    this.finish();
    return false;
  }

  /** These updates could not be kept; gives the words as their author had them. */
  cameBack(n) {
    const words = this.words.toString();
    if (this.settling) {
      for (const one of n) this.settling.answered.add(one);
      this.finish();
    } else this.anew();
    return words;
  }
}

/** Whether an entry takes words of its clause to another one, or away. */
export function isAway(entry, frame) {
  if (ACTS_AWAY.has(entry.a)) return true;
  return Boolean(entry.c) && frame.some((other) => actOf(other) === actOf(entry) && takesFrom(other) === entry.u);
}

// A change as two, the second on top of the first: the first weighs no more than `room`. [change, null] when it is small enough.
function parted(change, room) {
  const all = [];
  change.iterChanges((from, to, _a, _b, inserted) => all.push({ from, to, insert: inserted.toString() }));
  const first = [];
  const rest = [];
  let shift = 0;
  for (const { from, to, insert } of all) {
    const end = rest.length || first.length === PLACES ? -1 : fitting(insert, room);
    if (end < 0 || (insert && !end)) {
      rest.push({ from: from + shift, to: to + shift, insert });
      continue;
    }
    first.push({ from, to, insert: insert.slice(0, end) });
    room -= weight(insert.slice(0, end)) - QUOTES;
    shift += end - (to - from);
    if (end < insert.length) rest.push({ from: to + shift, to: to + shift, insert: insert.slice(end) });
  }
  if (!rest.length) return [change, null];
  // Places in `rest` are those after all of `first`, which stands before it.
  const made = ChangeSet.of(first, change.length);
  return [made, ChangeSet.of(rest, made.newLength)];
}

function pieces(change, room) {
  const found = [];
  while (change) {
    const [first, rest] = parted(change, room);
    found.push(first);
    change = rest;
  }
  return found;
}
