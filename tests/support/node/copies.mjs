// The page's own copies of one clause's words (js/copy.js) at a table made here: pages type, put letters together, lose their line
// in the middle of a push, come back and send again; some updates are refused, and some are so long that they go in parts. A question is {"seeds": [first, last], "composed":
// bool}: with `composed` the table rebases over what is newer in one piece, which is known to be wrong. The answer has a line
// for each run in which a page ends with other words than the table, or an update is lost or kept twice.

import { ChangeSet, Text } from "@codemirror/state"
import { Copy } from "../../../app/web/static/js/copy.js"
import { answering } from "./answering.mjs"

const UID = "c1"
// What goes out at once is very little here, so that it has to be parted often.
const ROOM = { update: 9, frame: 90 }
const LETTERS = ["a", "b ", "[", "]", "é", "中", "𐍈", "ع", "and ", "a long, “quoted” 𐍈 sentence, pasted 在中"]

function dice(seed) {
  let state = (seed + 1) * 2654435761
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

class Table {
  constructor(words, roll, composed) {
    Object.assign(this, { words: Text.of([words]), roll, composed, entries: [], refused: new Set(), known: new Map() })
  }

  push({ client, base, n, changes }, backs) {
    const inserted = changes.flat().filter(Array.isArray).flatMap((part) => part.slice(1)).join("")
    if (inserted.length > ROOM.update) throw new Error(`“${inserted}” goes out at once`)
    let list = changes.map((json, index) => ({ name: `${client}.${n + index}`, n: n + index, changes: ChangeSet.fromJSON(json) }))
    const newer = this.entries.filter((entry) => entry.s > base)
    if (this.composed) {
      const foreign = newer.filter((entry) => !entry.p.startsWith(`${client}.`)).map((entry) => entry.changes)
      list = list.filter(({ name }) => !newer.some((entry) => entry.p === name))
      if (foreign.length) list = list.map((one) => ({ ...one, changes: one.changes.map(foreign.reduce((all, next) => all.compose(next))) }))
    } else {
      for (const entry of newer) {
        if (list.length && entry.p === list[0].name) list.shift()
        else {
          let over = entry.changes
          list = list.map((one) => {
            const changes = one.changes.map(over)
            over = over.map(one.changes, true)
            return { ...one, changes }
          })
        }
      }
    }
    if (list.length && (this.refused.has(list[0].name) || this.roll(40) === 0)) {
      for (const { name } of list) this.refused.add(name)
      backs.push({ client, n: list.map((one) => one.n) })
      return
    }
    for (const { name, changes } of list) {
      if (this.known.has(name)) throw new Error(`${name} is kept twice`)
      this.words = changes.apply(this.words)
      this.known.set(name, true)
      this.entries.push({ s: this.entries.length + 1, u: UID, a: "reworded", p: name, c: changes.toJSON(), changes })
    }
  }
}

class Page {
  constructor(table, words, roll) {
    Object.assign(this, { server: table, roll, seq: 0, line: "open", out: [], heard: [], backs: [], composing: 0, told: table.entries.length, returned: 0 })
    this.shown = Text.of([words])
    const face = {
      isComposing: () => this.composing > 0,
      applied: (changes) => { this.shown = changes.apply(this.shown) },
      replaced: (all) => { this.shown = Text.of([all]) },
      unsent: (words) => { throw new Error(`“${words}” is given back, though no clause was divided`) },
    }
    const kept = { keep: (push) => { this.kept = push }, confirm: () => { this.kept = null } }
    const wire = { send: ({ push }) => this.line === "open" && this.out.push(push), expect() {}, get line() { return page.line } }
    const page = this
    this.copy = new Copy(UID, words, 0, { table: wire, kept, face, room: ROOM })
  }

  type() {
    const { length } = this.shown
    const from = this.roll(length + 1)
    const to = this.roll(3) ? from : Math.min(length, from + this.roll(4))
    const insert = to > from && this.roll(2) ? "" : LETTERS[this.roll(LETTERS.length)]
    const changes = ChangeSet.of({ from, to, insert }, length)
    if (changes.empty) return
    this.shown = changes.apply(this.shown)
    this.copy.typed(changes)
  }

  compose() {
    this.composing = this.composing ? 0 : 1
  }

  // The end of a composition is noticed a little later, when more may have come in.
  release() {
    this.copy.release(this.seq)
  }

  // A commit, or several that came at once, reaches the page.
  hear() {
    if (this.line !== "open" || this.told === this.server.entries.length) return
    const to = this.told + 1 + this.roll(this.server.entries.length - this.told)
    const frame = this.server.entries.slice(this.told, to)
    this.told = to
    for (const entry of frame) if (entry.s > this.seq) this.copy.take(entry, frame)
    this.seq = Math.max(this.seq, to)
    this.copy.caughtUp(this.seq)
  }

  // A push that is under way reaches the table; with a broken line its answer does not come back.
  arrive() {
    const push = this.out.shift()
    if (push) this.server.push(push, this.backs)
  }

  // What is refused is said after the commits that came before it.
  sendBack() {
    if (this.line !== "open" || this.composing) return
    this.release()
    while (this.told < this.server.entries.length) this.hear()
    for (const { client, n } of this.backs.splice(0)) {
      if (client !== this.copy.name) continue
      this.copy.cameBack(n)
      this.returned += 1
    }
  }

  breakLine() {
    if (this.roll(2)) this.out.splice(this.roll(this.out.length + 1))
    this.backs = []
    this.line = "broken"
    this.copy.broken()
  }

  mend() {
    if (this.line === "open") return
    this.line = "open"
    // Frames of the broken line that were heard are not told again; all others are.
    this.told = this.seq
    while (this.told < this.server.entries.length) this.hear()
    this.copy.push()
    this.copy.flush()
  }
}

function run(seed, composed) {
  const roll = dice(seed)
  const words = "The Parties shall [not] act.".slice(0, 6 + roll(22))
  const table = new Table(words, roll, composed)
  const pages = Array.from({ length: 2 + roll(4) }, () => new Page(table, words, roll))
  for (let step = 0; step < 220; step += 1) {
    const page = pages[roll(pages.length)]
    const act = roll(42)
    if (act < 12) page.type()
    else if (act < 20) page.copy.flush()
    else if (act < 27) page.arrive()
    else if (act < 34) page.hear()
    else if (act > 39) page.release()
    else if (act === 34 || page.composing && act < 38) page.compose()
    else if (act < 37) page.sendBack()
    else if (page.line !== "open") page.mend()
    else if (act === 39) page.breakLine()
  }
  for (let round = 0; round < 40; round += 1) {
    for (const page of pages) {
      if (page.composing) page.compose()
      page.release()
      page.mend()
      page.copy.flush()
      while (page.out.length || page.told < table.entries.length) {
        while (page.out.length) page.arrive()
        while (page.told < table.entries.length) page.hear()
      }
      page.sendBack()
    }
  }
  const told = table.words.toString()
  for (const page of pages) {
    if (!page.copy.isQuiet) return `seed ${seed}: something stays unanswered`
    if (page.shown.toString() !== told || page.copy.words.toString() !== told) {
      return `seed ${seed}: “${page.shown}” is shown, “${page.copy.words}” is held, the table says “${told}”`
    }
    if (page.kept) return `seed ${seed}: something is kept that is confirmed`
  }
  return ""
}

answering(({ seeds: [first, last], composed = false }) => {
  const faults = []
  for (let seed = first; seed < last; seed += 1) {
    let fault
    try {
      fault = run(seed, composed)
    } catch (error) {
      fault = `seed ${seed}: ${error.stack}`
    }
    if (fault) faults.push(fault)
  }
  return faults
})
