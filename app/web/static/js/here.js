// Somebody who types is here: their session is kept alive, with one request a minute at most.
let asked = 0;

document.addEventListener("input", (event) => {
  if (!event.target.closest("form[method=post]") || Date.now() - asked < 60_000) return;
  asked = Date.now();
  htmx.ajax("GET", "/account/here", { source: document.body, target: "#refused", swap: "outerHTML" });
});
