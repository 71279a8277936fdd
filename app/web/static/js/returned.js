// Words that came back, beside the clause they were meant for: to be read, copied, and put away by whoever wrote them.

export function openReturned(kept) {
  const sheet = document.getElementById("sheet");

  /** Show what came back, now and after a reload, until it is dismissed. */
  function add(words) {
    kept.giveBack(words);
    show();
  }

  /**
   * The clause is gone in which somebody writes, and the hands are faster than the eyes: what they go on writing is taken here. `was`
   * are its words, and `at` is where the caret stood. If its words came back just now, their box is the one.
   */
  function receive(words, at) {
    const there = kept.returned().filter(({ uid }) => uid === words.uid).at(-1);
    const box = document.getElementById(`back-${(there ?? words).id}`) ?? made(there ?? words, { isOffer: !there });
    place(box, words.uid);
    const field = box.querySelector(".quote");
    field.focus();
    const end = there ? endOfNew(words.text, there.text) : at;
    const range = document.createRange();
    if (field.firstChild) range.setStart(field.firstChild, Math.min(end, field.firstChild.length));
    else range.setStart(field, 0);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
  }

  /** What came back was kept after all. */
  function answered(name) {
    const box = document.getElementById(`back-${name}`);
    if (!box) return;
    kept.dismiss(name);
    box.remove();
  }

  function show() {
    for (const words of kept.returned()) {
      place(document.getElementById(`back-${words.id}`) ?? made(words), words.uid);
    }
  }

  // Beside its clause; where that is gone, where it was. Never moved from under somebody's hands.
  function place(box, uid) {
    if (box.contains(document.activeElement)) return;
    const clause = document.getElementById(uid);
    if (clause?.matches("#sheet .c")) {
      if (clause.nextElementSibling !== box) clause.after(box);
    } else if (!box.isConnected) sheet.prepend(box);
  }

  function made(all, { isOffer = false } = {}) {
    const { id, text, why } = all;
    const box = document.createElement("div");
    box.className = "came-back notice warn";
    box.id = `back-${id}`;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Words that came back");
    const said = document.createElement("p");
    const head = isOffer ? "What you write now is kept here. " : "These words of yours came back. ";
    said.append(Object.assign(document.createElement("b"), { textContent: head }), why);
    const words = Object.assign(document.createElement("p"), { className: "quote", id: `words-back-${id}`, textContent: text });
    for (const [name, value] of Object.entries({ contenteditable: "plaintext-only", role: "textbox", "aria-multiline": "true", "aria-label": "The words" })) words.setAttribute(name, value);
    let isEmpty = isOffer;
    words.addEventListener("input", () => {
      isEmpty = false;
      kept.giveBack({ ...all, text: words.textContent });
    });
    // Nothing was written any more: nothing needs to be kept.
    words.addEventListener("blur", () => setTimeout(() => {
      if (isEmpty && document.hasFocus() && !box.contains(document.activeElement)) box.remove();
    }));
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      words.blur();
    });
    const copy = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: "Copy" });
    copy.dataset.copy = `#words-back-${id}`;
    const away = Object.assign(document.createElement("button"), { type: "button", className: "btn small quiet", textContent: "Put away" });
    away.addEventListener("click", () => {
      kept.dismiss(id);
      box.remove();
    });
    const row = Object.assign(document.createElement("p"), { className: "actions" });
    row.append(copy, away);
    box.append(said, words, row);
    return box;
  }

  return { add, answered, show, receive };
}

// Where what `now` has and `old` has not ends.
function endOfNew(old, now) {
  let same = 0;
  while (same < Math.min(old.length, now.length) && old.at(-1 - same) === now.at(-1 - same)) same += 1;
  return now.length - same;
}
