// One line of JSON in, one line of JSON out, in order, until there are no more lines.

import { createInterface } from "node:readline"

/** Answer every question on standard input with what `answer` makes of it (or a promise of that). */
export async function answering(answer) {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    let said
    try {
      said = { answer: await answer(JSON.parse(line)) }
    } catch (error) {
      said = { threw: String(error?.stack ?? error) }
    }
    if (!process.stdout.write(JSON.stringify(said) + "\n")) {
      await new Promise(drained => process.stdout.once("drain", drained))
    }
  }
}
