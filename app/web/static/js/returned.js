// Words that came back, beside the clause they were meant for: to be read, copied, and put away by whoever wrote them.

export function openReturned(kept) {
  const sheet = document.getElementById("sheet");

  /** Show what came back, now and after a reload, until it is dismissed. */
  function add(words) {
    kept.giveBack(words);
    show();
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
      const box = document.getElementById(`back-${words.id}`) ?? made(words);
      const clause = document.getElementById(words.uid);
      if (clause?.matches("#sheet .c")) {
        if (clause.nextElementSibling !== box) clause.after(box);
      } else if (box.parentElement !== sheet) sheet.prepend(box);
    }
  }

  function made({ id, text, why }) {
    const box = document.createElement("div");
    box.className = "came-back notice warn";
    box.id = `back-${id}`;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Words that came back");
    const said = document.createElement("p");
    said.append(Object.assign(document.createElement("b"), { textContent: "These words of yours came back. " }), why);
    const words = Object.assign(document.createElement("p"), { className: "quote", id: `words-back-${id}`, textContent: text });
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

  return { add, answered, show };
}
