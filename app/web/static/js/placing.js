// The inbox of a round: a thing that came back is dragged by its head onto its clause in the list beside it, or its clause is chosen
// in its own field, where whatever is typed finds clauses by their names and words. Without this the field alone does, and the page
// that answers offers what may have been meant.
const LATER = 150;
const MOST = 8;
const beside = document.querySelector("[data-clauses-of]");
const place = (event) => event.target.closest?.("[data-place]");
let dragged = null;
let field = null;
let at = -1;
let turn = 0;
let waiting = 0;
let filled = 0;

/** The clauses that have what is asked for, as they stand in the list; all of them for nothing. */
async function clauses(query) {
  const answer = await fetch(`${beside.dataset.clausesOf}?q=${encodeURIComponent(query)}`).catch(() => null);
  if (!answer?.ok) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("#clauses > li")].map((row) => document.adoptNode(row));
}

// Beside the things: all of the text, or what was looked for

const wide = window.matchMedia("(min-width: 861px)");

async function fill(query = "") {
  const mine = ++filled;
  const rows = await clauses(query);
  if (mine !== filled) return;
  document.getElementById("clauses").replaceChildren(...rows);
  beside.querySelector(".scroll-list").scrollTop = 0;
}

function open() {
  if (!beside?.hidden || !wide.matches) return;
  beside.hidden = false;
  fill();
}

open();
wide.addEventListener("change", open);
document.getElementById("find-clause")?.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => fill(event.target.value.trim()), LATER);
});

// Dragging

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-finding]") ?? null;
  if (!dragged) return;
  dragged.closest(".waiting").classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.finding);
});

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const over = dragged && place(event);
    if (!over) return;
    event.preventDefault();
    document.querySelector(".over[data-place]")?.classList.remove("over");
    over.classList.add("over");
  });
}

document.addEventListener("dragend", () => {
  document.querySelector(".dragged")?.classList.remove("dragged");
  document.querySelector(".over[data-place]")?.classList.remove("over");
  dragged = null;
});

document.addEventListener("drop", (event) => {
  const on = dragged && place(event);
  if (!on) return;
  event.preventDefault();
  const form = document.getElementById(`place-${dragged.dataset.finding}`);
  name(form, on.dataset.place);
  form.requestSubmit(form.querySelector(".primary"));
});

/** Which clause a form means, whatever is written in its field. */
function name(form, uid) {
  form.querySelector("input[name=uid]")?.remove();
  if (uid) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uid", value: uid }));
}

// Choosing: the field is a combobox, and what it offers stands below it

const offered = () => document.getElementById("offered");

document.addEventListener("input", (event) => {
  if (!beside || !event.target.matches("input[data-clauses]")) return;
  field = event.target;
  name(field.form, "");
  clearTimeout(waiting);
  const query = field.value.trim();
  if (query) waiting = setTimeout(() => offer(query), LATER);
  else close();
});

async function offer(query) {
  const mine = ++turn;
  const rows = (await clauses(query)).slice(0, MOST);
  if (mine !== turn || document.activeElement !== field) return;
  at = -1;
  const list = offered() ?? made();
  rows.forEach((row, index) => {
    row.id = `offered-${index}`;
    row.removeAttribute("class");
    if (row.dataset.place) row.setAttribute("role", "option");
    row.dataset.uid = row.dataset.place ?? "";
    // Nothing is dragged onto these.
    delete row.dataset.place;
  });
  list.replaceChildren(...rows);
  if (list.parentElement !== field.parentElement) field.after(list);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "offered", "aria-autocomplete": "list" })) field.setAttribute(key, value);
}

function made() {
  const list = Object.assign(document.createElement("ul"), { id: "offered", className: "finder-at offered" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Clauses");
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const row = event.target.closest("[data-uid]");
    if (row?.dataset.uid) pick(row);
  });
  return list;
}

function pick(row) {
  field.value = row.dataset.name;
  name(field.form, row.dataset.uid);
  close();
}

function close() {
  turn += 1;
  offered()?.remove();
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function step(by) {
  const rows = [...offered().querySelectorAll("[role=option]")];
  if (!rows.length) return;
  rows[at]?.setAttribute("aria-selected", "false");
  at = (at + by + rows.length + (at < 0 && by < 0 ? 1 : 0)) % rows.length;
  rows[at].setAttribute("aria-selected", "true");
  rows[at].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", rows[at].id);
}

document.addEventListener("keydown", (event) => {
  if (event.target !== field || !offered()) return;
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else if (event.key === "Enter" && at >= 0) pick(offered().children[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => event.target === field && offered() && close());
