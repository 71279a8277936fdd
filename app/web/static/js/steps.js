// Where a page is one of a row of steps, the arrow keys go to the one before and the one after.
document.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const link = document.querySelector(`[data-steps] a[rel="${way}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
// The step that is shown is in view in the list of all of them.
const list = document.querySelector(".steps-list");
const current = list?.querySelector("[aria-current]");
if (current) list.scrollTop = current.offsetTop - list.clientHeight / 2;
