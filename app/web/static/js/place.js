// A place in the words of the treaty that goes along with them: through what others change, and into the clause to which the words
// were joined or in which they stand since theirs was split.
import { carried, pieces } from "./changes.js";

/** Which act an entry of the journal belongs to. */
export const actOf = ({ s, d }) => d?.of ?? s;
/** The clause from which this entry has its words. */
export const takesFrom = ({ a, d }) => (a === "inserted" ? d?.from : a === "restored" ? d?.joined : undefined);

export class Place {
  constructor(uid, at) {
    this.uid = uid;
    this.at = at;
    this.act = 0;
  }

  /** Go along with an entry of the journal; `frame` are all that came with it. */
  follow(entry, frame) {
    if (entry.u !== this.uid || actOf(entry) === this.act) return;
    const same = frame.filter((one) => actOf(one) === actOf(entry));
    if (entry.a === "struck") this.intoJoined(entry, same);
    else if (entry.c && !this.intoSplit(entry, same)) this.at = carried(entry.c, this.at);
  }

  intoJoined(entry, same) {
    const to = same.find((one) => one.u === entry.d?.joined && one.c);
    const [put] = pieces(to?.c ?? []);
    if (put) this.go(to, put.from + put.insert.length - put.insert.trimStart().length + this.at);
  }

  intoSplit(entry, same) {
    const [cut] = pieces(entry.c);
    const made = same.find((one) => takesFrom(one) === entry.u);
    if (!cut || !made || this.at <= cut.from) return false;
    const [put] = pieces(made.c ?? []);
    const blanks = put ? Math.max(0, cut.to - cut.from - put.insert.length) : 0;
    this.go(made, Math.max(0, this.at - cut.from - blanks));
    return true;
  }

  go(entry, at) {
    this.uid = entry.u;
    this.at = at;
    this.act = actOf(entry);
  }
}
