// In the words of a note, @ finds passages and cases to cite and people to name; picked, it is put in as a link. The caret then
// stands at the end of a citation's words, where a pinpoint is written.
const ASKED = /(?:^|[\s(])@([^\n@\[\]]{1,60})$/;
let list = null;
let field = null;
let offers = [];
let at = 0;
let waiting = 0;
let turn = 0;

const address = () => {
  const draft = document.getElementById("draft")?.dataset.draft ?? field?.closest("[data-finder]")?.dataset.finder;
  return draft && `${draft}/notes/finder.json`;
};

document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea[data-note-body]")) return;
  field = event.target;
  clearTimeout(waiting);
  const query = asked()?.[1].trim();
  if (!query || !address()) return close();
  waiting = setTimeout(() => find(query), 180);
});

const asked = () => ASKED.exec(field.value.slice(0, field.selectionStart));

async function find(query) {
  const mine = ++turn;
  const answer = await fetch(`${address()}?q=${encodeURIComponent(query)}`, { headers: { accept: "application/json" } }).catch(() => null);
  if (mine !== turn || !answer?.ok || answer.redirected) return;
  offers = await answer.json();
  at = 0;
  if (offers.length && document.activeElement === field) show();
  else close();
}

function show() {
  if (!list) {
    list = Object.assign(document.createElement("ul"), { className: "finder-at", id: "finder-at" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "What to cite, and whom to name");
    list.addEventListener("pointerdown", (event) => {
      const row = event.target.closest("li");
      event.preventDefault();
      if (row) pick(Number(row.dataset.at));
    });
  }
  list.replaceChildren(
    ...offers.map((offer, index) => {
      const row = Object.assign(document.createElement("li"), { id: `finder-at-${index}`, textContent: offer.title });
      row.dataset.at = index;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === at));
      row.append(Object.assign(document.createElement("small"), { textContent: [offer.kind, offer.where].filter(Boolean).join(" · ") }));
      return row;
    }),
  );
  if (list.previousElementSibling !== field) field.after(list);
  field.setAttribute("aria-controls", "finder-at");
  field.setAttribute("aria-activedescendant", `finder-at-${at}`);
  list.children[at].scrollIntoView({ block: "nearest" });
}

function close() {
  turn += 1;
  list?.remove();
  field?.removeAttribute("aria-controls");
  field?.removeAttribute("aria-activedescendant");
}

function pick(index) {
  const found = asked();
  const { insert, kind } = offers[index];
  if (!found) return close();
  const end = field.selectionStart;
  field.setRangeText(insert, end - found[1].length - 1, end, "end");
  if (kind !== "seat") {
    const caret = field.selectionStart - (insert.length - insert.lastIndexOf("]("));
    field.setSelectionRange(caret, caret);
  }
  close();
  field.focus();
}

document.addEventListener("keydown", (event) => {
  if (!list?.isConnected || event.target !== field) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    at = (at + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length;
    show();
  } else if (event.key === "Enter" || event.key === "Tab") pick(at);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("focusout", (event) => event.target === field && close());
