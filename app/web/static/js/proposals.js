// Proposals in the text: below each clause what is proposed for it, one, some or all of those that this seat may read, in the
// colour of the delegation. The page itself never holds them; they are asked for when somebody wants to see some.
import { wordsOf } from "./paper.js";

/** How long the page has to be quiet before they are drawn anew, and how long between two questions to the server. */
const QUIET = 250;
const PAUSE = 4000;

const desk = document.getElementById("draft");
if (desk) keepProposals(desk);

function keepProposals(desk) {
  const sheet = document.getElementById("sheet");
  const kept = `travaux-redlines ${desk.dataset.draft} ${desk.dataset.seat}`;
  const wanted = new Set(JSON.parse(sessionStorage.getItem(kept) ?? "[]"));
  const menu = place();
  let told = null;
  let asked = 0;
  let later = 0;
  let quiet = 0;

  async function ask() {
    clearTimeout(later);
    later = 0;
    asked = Date.now();
    const answer = await fetch(`${desk.dataset.draft}/proposals/inline`, { headers: { accept: "application/json" } }).catch(() => null);
    // Signed out meanwhile, the answer is a page.
    if (!answer?.ok || answer.redirected) return;
    told = (await answer.json()).proposals;
    for (const id of [...wanted]) if (!told.some((one) => one.id === id)) wanted.delete(id);
    fill();
    draw();
  }

  function askSoon() {
    if (!later) later = setTimeout(ask, Math.max(QUIET, asked + PAUSE - Date.now()));
  }

  // Draws what is wanted below its clause, and takes away what is not.
  function draw() {
    const lies = new Map();
    for (const one of told ?? []) if (wanted.has(one.id)) lies.set(one.clause, [...(lies.get(one.clause) ?? []), one]);
    for (const drawn of sheet.querySelectorAll(".c > .put-forward")) if (!lies.has(drawn.parentElement.id)) drawn.remove();
    for (const [uid, ones] of lies) {
      const clause = document.getElementById(uid);
      const words = clause?.matches(".c:not(.edit)") ? wordsOf(clause) : null;
      if (!words) continue;
      const isOld = ones.some((one) => one.words !== words.textContent);
      if (isOld) askSoon();
      const mark = JSON.stringify([isOld, ones]);
      const before = clause.querySelector(":scope > .put-forward");
      if (before?.drawnFrom === mark) continue;
      const now = element("div", "put-forward", ones.map(redline));
      now.classList.toggle("old", isOld);
      now.drawnFrom = mark;
      if (before) before.replaceWith(now);
      else clause.append(now);
    }
    for (const key of document.querySelectorAll("#panel [data-redline]")) key.setAttribute("aria-pressed", wanted.has(key.dataset.redline));
  }

  function redline(one) {
    const name = element("a", "who", [one.by]);
    name.href = one.href;
    const words = one.pieces.map(([op, text]) => (op === "same" ? text : element(op, "", [text])));
    const what = one.wish === "replace" ? [] : [element("span", "soft", [` ${one.wish} `])];
    return element("div", `redline t${one.tone}`, [name, ...what, " ", ...words]);
  }

  // The menu: all, or those of one delegation; and a key on each card of the panel for one alone.
  function place() {
    const drop = element("details", "drop wide-only", [element("summary", "btn", ["In the text"]), element("div", "drop-body", [])]);
    drop.id = "redlines";
    drop.hidden = true;
    document.querySelector(`#bar a[href="${desk.dataset.draft}/proposals"]`)?.before(drop);
    return drop;
  }

  function fill() {
    menu.hidden = !told.length;
    const delegations = [...new Set(told.map((one) => one.by))].sort();
    const rows = [check("All proposals", told)];
    for (const by of delegations) rows.push(check(by, told.filter((one) => one.by === by)));
    menu.querySelector(".drop-body").replaceChildren(element("p", "who", ["Show what is proposed, below each clause:"]), ...rows);
    menu.querySelector("summary").textContent = wanted.size ? `In the text: ${wanted.size}` : "In the text";
  }

  function check(name, ones) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: ones.every((one) => wanted.has(one.id)) });
    box.addEventListener("change", () => choose(ones.map((one) => one.id), box.checked));
    return element("label", "check", [box, ` ${name} (${ones.length})`]);
  }

  function choose(ids, isWanted) {
    for (const id of ids) if (isWanted) wanted.add(id); else wanted.delete(id);
    sessionStorage.setItem(kept, JSON.stringify([...wanted]));
    if (told?.some((one) => ids.includes(one.id))) {
      fill();
      draw();
    } else ask();
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-redline]");
    if (key) choose([key.dataset.redline], !wanted.has(key.dataset.redline));
  });

  function offer() {
    for (const card of document.querySelectorAll("#panel .card.proposal")) {
      if (card.querySelector("[data-redline]")) continue;
      const key = Object.assign(element("button", "btn small", ["Show in the text"]), { type: "button" });
      key.dataset.redline = card.id.replace("proposal-", "");
      key.setAttribute("aria-pressed", wanted.has(key.dataset.redline));
      card.append(element("p", "actions", [key]));
    }
  }

  const watch = new MutationObserver((changes) => {
    if (changes.every((change) => change.target.closest?.(".put-forward"))) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      offer();
      if (wanted.size) draw();
    }, QUIET);
  });
  watch.observe(desk, { childList: true, subtree: true, characterData: true });
  offer();
  ask();
}

function element(name, look, inside) {
  const made = document.createElement(name);
  if (look) made.className = look;
  made.append(...inside);
  return made;
}
