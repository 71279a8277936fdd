// A treaty on the page is not looked through for what htmx is to do: it is long, and only its forms and what came by a swap have
// such a part. The rest of the page is, as ever.

document.addEventListener("htmx:before:process", (event) => {
  const sheet = document.getElementById("sheet");
  if (event.target !== document.body || !sheet) return;
  event.preventDefault();
  const around = (element) => {
    for (const child of [...element.children]) {
      if (child === sheet) for (const form of sheet.querySelectorAll("form")) htmx.process(form);
      else if (child.contains(sheet)) around(child);
      else htmx.process(child);
    }
  };
  around(document.body);
});
