// The inbox of a round: a thing that came back is dragged onto its clause in the list beside it. Without
// this, or by keyboard, the clause is chosen in the field of the thing.
let dragged = null;
const place = (event) => event.target.closest?.("[data-place]");

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-finding]") ?? null;
  if (!dragged) return;
  dragged.classList.add("dragged");
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
  dragged?.classList.remove("dragged");
  document.querySelector(".over[data-place]")?.classList.remove("over");
  dragged = null;
});

document.addEventListener("drop", (event) => {
  const on = dragged && place(event);
  if (!on) return;
  event.preventDefault();
  const form = document.getElementById(`place-${dragged.dataset.finding}`);
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uid", value: on.dataset.place }));
  form.requestSubmit();
});
