// What an earlier load of this page had typed and not heard of any more: sent once more, in the terms of the state it was typed in,
// under the name it had. The server knows what of it is there already.

import { fittingChanges } from "./changes.js";

const TOO_LONG = "They were too long to be sent before the page was left.";

export function openOrphans({ table, kept, returned }) {
  const lists = new Map();

  /** Look for what was left, and send all of it that is not answered. */
  async function send() {
    for (const push of await kept.orphans()) adopt(push);
    for (const list of lists.values()) push(list);
  }

  function adopt(push) {
    if (lists.has(push.client)) return;
    // All of it goes out at once, as only the server knows what has become of the state it was typed in. What is too long for that
    // comes back.
    const count = fittingChanges(push.changes);
    const { client, uid, n, words } = push;
    if (count < push.changes.length) returned.add({ id: `${client}.${n + count}`, uid, text: words, why: TOO_LONG, by: "" });
    if (count) lists.set(client, { ...push, changes: push.changes.slice(0, count), answered: new Set() });
    else kept.confirm(client);
  }

  function push({ client, uid, base, n, changes }) {
    if (table.send({ push: { client, uid, base, n, changes } })) table.expect();
  }

  function answer(client, numbers) {
    const list = lists.get(client);
    if (!list) return false;
    for (const n of numbers) list.answered.add(n);
    if (list.changes.every((_, index) => list.answered.has(list.n + index))) {
      lists.delete(client);
      kept.confirm(client);
    }
    return true;
  }

  return {
    send,
    adopt,
    get waiting() {
      return lists.size;
    },
    take(entry) {
      const [client, n] = (entry.p || entry.d?.carried || "").split(".");
      if (client) answer(client, [Number(n)]);
    },
    wasKept: ({ client, n }) => answer(client, n),
    /** Whether it was one of these that came back. */
    cameBack({ client, uid, n, why, by }) {
      const list = lists.get(client);
      if (!list) return false;
      returned.add({ id: `${client}.${n[0]}`, uid, text: list.words, why, by });
      return answer(client, n);
    },
  };
}
