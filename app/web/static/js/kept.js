// What was typed and is not confirmed yet, and words that came back: kept in the browser, for one draft and seat, until the server
// has the ones and their author has seen the others. It survives a reload, and a closed tab.

/** Milliseconds without a sign of life after which the page that wrote something is taken to be gone. */
const GONE = 90_000;

export function openDrawer(desk, client) {
  const prefix = `travaux:${desk.dataset.draft}:${desk.dataset.seat}:`;
  let failed = false;
  // Held while this page lives, where the browser has locks: others see that its words are looked after.
  if (navigator.locks) navigator.locks.request(prefix + client, () => new Promise(() => {}));

  function put(name, value) {
    try {
      localStorage.setItem(prefix + name, JSON.stringify(value));
      failed = false;
    } catch {
      failed = true;
    }
  }

  function drop(name) {
    try {
      localStorage.removeItem(prefix + name);
    } catch {
      // Nothing can be kept here at all; the page says so when it is left.
    }
  }

  function all(kind) {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(`${prefix}${kind}:`))
        .map((key) => [key.slice(prefix.length), JSON.parse(localStorage.getItem(key))]);
    } catch {
      return [];
    }
  }

  async function isOrphan({ page, left, at }) {
    if (page === client) return false;
    if (!navigator.locks) return left || Date.now() - at > GONE;
    return navigator.locks.request(prefix + page, { ifAvailable: true }, (lock) => lock !== null);
  }

  return {
    /** Keep what a clause has unconfirmed: {client, uid, base, n, changes, words}. */
    keep: (push) => put(`push:${push.client}`, { ...push, page: client, at: Date.now() }),
    confirm: (name) => drop(`push:${name}`),
    /** What pages that are gone have left unconfirmed. */
    async orphans() {
      const found = [];
      for (const [, push] of all("push")) if (await isOrphan(push)) found.push(push);
      return found;
    },
    /** The page is being left: what it has unconfirmed may be taken up by the next. */
    leave() {
      for (const [name, push] of all("push")) if (push.page === client) put(name, { ...push, left: true });
    },
    /** Words that came back: {id, uid, text, why, by}. */
    giveBack: (words) => put(`back:${words.id}`, words),
    returned: () => all("back").map(([, words]) => words),
    dismiss: (id) => drop(`back:${id}`),
    get failed() {
      return failed;
    },
  };
}
