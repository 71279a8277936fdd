// Small habits that any page may use by an attribute, so that no page needs a script of its own.
//   data-close="#id"      removes that element
//   data-copy="#id"       copies that element's text
//   data-confirm="..."    on a form or button: asks before it is sent
//   data-take="#id"       puts that element's text into the form's text area
//   data-follow           on a select: sends its form when the choice changes
//   data-here             what the page was asked for: it is scrolled there, unless the address names a place

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close], [data-copy], [data-take]");
  if (!button) return;
  if (button.dataset.close) {
    const closed = document.querySelector(button.dataset.close);
    // The line for refusals stays in the page, empty, for the next one.
    if (closed?.id === "refused") closed.replaceWith(Object.assign(document.createElement("div"), { id: "refused", role: "alert" }));
    else closed?.remove();
  }
  if (button.dataset.take) button.form.querySelector("textarea:not([hidden])").value = document.querySelector(button.dataset.take).textContent;
  if (button.dataset.copy) {
    const copied = document.querySelector(button.dataset.copy);
    navigator.clipboard?.writeText(copied.value ?? copied.textContent.trim()).then(() => { button.textContent = "Copied"; });
  }
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-follow]")) event.target.form.requestSubmit();
});

// A menu closes when something else is clicked.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

if (!location.hash) document.querySelector("[data-here]")?.scrollIntoView();
