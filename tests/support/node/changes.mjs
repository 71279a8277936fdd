// What the editor's own ChangeSet makes of the changes it is told.
//
// A question is a list of cases {text, a, b, c, at}: `a` and `b` were made on the text, `c` on what
// `a` makes of it, `at` are positions of the text. An answer is a list as long, of one object a case.

import { ChangeSet, Text } from "@codemirror/state"
import { answering } from "./answering.mjs"

answering(cases => cases.map(asked => {
  const text = Text.of(asked.text.split("\n"))
  const [a, b, c] = [asked.a, asked.b, asked.c].map(json => ChangeSet.fromJSON(json))
  const after = a.map(b)
  const before = a.map(b, true)
  const both = a.compose(c)
  return {
    json: a.toJSON(),
    lengths: [a.length, a.newLength],
    applied: a.apply(text).toString(),
    inverted: a.invert(text).toJSON(),
    composed: both.toJSON(),
    after: after.toJSON(),
    before: before.toJSON(),
    // Without the words the lengths alone must say the same.
    descs: [a.desc.mapDesc(b.desc).toJSON(), a.desc.mapDesc(b.desc, true).toJSON()],
    places: asked.at.map(at => [a.mapPos(at, -1), a.mapPos(at, 1), both.mapPos(at, -1), both.mapPos(at, 1)]),
  }
}))
