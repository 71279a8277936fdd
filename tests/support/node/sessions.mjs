// Editors of the browser's own library, many sessions at once: each session is one text and some
// clients. A question is {"texts": [[words, clients], ...]} to begin anew, or {"steps": [...]}: for
// every session a list of what its clients do, one after the other:
//
//   ["type", client, a, b, words]      replace a range, told by two fractions of the text
//   ["undo", client]                   take back what this client typed last
//   ["send", client]                   -> all of its unconfirmed updates
//   ["hear", client, [[who, changes], ...]]   receive, one update at a time
//   ["words", client]                  -> its text
//
// The answer has for every session what those with an arrow have given, in order, or what went wrong.

import { history, undo } from "@codemirror/commands"
import { collab, receiveUpdates, sendableUpdates } from "@codemirror/collab"
import { ChangeSet, EditorState } from "@codemirror/state"
import { answering } from "./answering.mjs"

let sessions = []

const opened = (doc, client) =>
  EditorState.create({ doc, extensions: [history(), collab({ clientID: String(client) })] })

const acts = {
  type(states, client, a, b, words) {
    const state = states[client]
    const from = Math.floor(a * (state.doc.length + 1))
    const to = Math.min(from + b, state.doc.length)
    if (from < to || words) states[client] = state.update({ changes: { from, to, insert: words } }).state
  },
  undo(states, client) {
    undo({ state: states[client], dispatch: transaction => (states[client] = transaction.state) })
  },
  send: (states, client) => sendableUpdates(states[client]).map(update => update.changes.toJSON()),
  hear(states, client, updates) {
    for (const [who, changes] of updates)
      states[client] = receiveUpdates(states[client], [
        { clientID: String(who), changes: ChangeSet.fromJSON(changes) },
      ]).state
  },
  words: (states, client) => states[client].doc.toString(),
}

answering(question => {
  if (question.texts) {
    sessions = question.texts.map(([doc, clients]) =>
      Array.from({ length: clients }, (_, client) => opened(doc, client)))
    return sessions.length
  }
  return question.steps.map((steps, index) => {
    try {
      return steps.map(([act, ...said]) => acts[act](sessions[index], ...said)).filter(each => each !== undefined)
    } catch (error) {
      return String(error)
    }
  })
})
