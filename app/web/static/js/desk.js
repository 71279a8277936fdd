// The draft page: which clause is in focus, the keys, the filter of the outline, the meaning of a term.
import { sitDown } from "./together.js";
import "./brackets.js";
import "./notes.js";
import "./proposals.js";

/** Milliseconds for which a sentence stays over the page. */
const SAID = 7000;

const desk = document.getElementById("draft");
if (desk) open(desk);

function open(desk) {
  const sheet = document.getElementById("sheet");
  const address = (uid) => `${desk.dataset.draft}/clauses/${uid}`;
  const narrow = window.matchMedia("(max-width: 1000px)");
  let current = "";
  let waiting = 0;
  let edited = "";
  let moving = false;

  const lit = [...document.querySelectorAll(".c.on, .outline li.on")];

  const clause = (uid) => (uid ? document.getElementById(uid) : null);
  const isEditing = () => sheet.querySelector("form.edit");

  // Remembered, as a long page is not looked through for them.
  function light(element) {
    if (!element) return;
    element.classList.add("on");
    lit.push(element);
  }

  function settle(uid, { follow = true } = {}) {
    for (const on of lit.splice(0)) on.classList.remove("on");
    current = uid;
    const element = clause(uid);
    if (!element) return;
    light(element);
    const article = element.closest(".a")?.querySelector(".c.article") ?? element.closest(".a")?.querySelector(".c");
    const row = document.getElementById(`o-${article?.id}`) ?? document.getElementById(`o-${uid}`);
    light(row);
    if (follow && row) afterFrame(() => row.classList.contains("on") && row.scrollIntoView({ block: "nearest" }));
  }

  // To ask where something stands sets the page: once the next frame is there that costs nothing.
  function afterFrame(act) {
    requestAnimationFrame(() => setTimeout(act));
  }

  // Where one goes on from: read out, and the place from which Tab leads on.
  function rest(element) {
    if (!element) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  function say(words, look = "good") {
    const line = Object.assign(document.createElement("div"), { id: "said", className: `notice ${look} floating` });
    line.append(Object.assign(document.createElement("p"), { textContent: words }));
    document.getElementById("done").replaceChildren(line);
    passing(line);
  }

  // It stays while somebody reads it, or may be about to press what is in it.
  function passing(line) {
    setTimeout(() => (line.matches(":hover, :focus-within") ? passing(line) : line.remove()), SAID);
  }

  function showPanel(uid, tab = "", landing = "") {
    clearTimeout(waiting);
    // Going through clauses with a key held down asks once, for the last of them.
    waiting = setTimeout(() => {
      const kept = tab || document.querySelector("#panel .tabs [aria-current]")?.dataset.tab || "sources";
      // Asked for by what stays on the page: the panel itself is replaced, and its queue with it.
      htmx.ajax("GET", `${address(uid)}/panel?tab=${kept}`, { source: desk, target: "#panel", swap: "outerHTML" }).then(() => {
        if (!landing) return;
        const place = document.getElementById(landing);
        if (place?.matches("input")) place.focus();
        else rest(place ?? document.getElementById("panel"));
      });
    }, 90);
  }

  function focus(uid, { tab = "", scroll = "nearest" } = {}) {
    if (!clause(uid)) return;
    if (uid !== current) document.getElementById("said")?.remove();
    settle(uid);
    // On a small screen the panel covers the lower half, so that the clause goes to the top.
    clause(uid).scrollIntoView({ block: narrow.matches ? "start" : scroll });
    history.replaceState(history.state, "", `${desk.dataset.draft}#${uid}`);
    showPanel(uid, tab);
  }

  function step(by) {
    const all = [...sheet.querySelectorAll(".c")];
    const at = all.findIndex((one) => one.id === current);
    const next = at < 0 ? firstInView(all) : all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) {
      focus(next.id);
      rest(next);
    }
  }

  function firstInView(all) {
    const top = sheet.getBoundingClientRect().top;
    return all.find((one) => one.getBoundingClientRect().bottom > top) ?? all[0];
  }

  // Written where it stands, at the table; in a form where there is none.
  async function edit(uid, point = null) {
    if (!uid || isEditing()) return;
    // Whoever may not write in the text writes on a copy of it: what they keep is a proposal.
    if (desk.dataset.mayPropose && clause(uid)) {
      await htmx.ajax("GET", `${address(uid)}/proposals/new`, { source: sheet, target: `[id="${uid}"]`, swap: "outerHTML" });
      document.getElementById(`words-${uid}`)?.focus();
      return;
    }
    if (!desk.dataset.mayEdit) return;
    if (await table.write(uid, { point })) return;
    if (!clause(uid)) return;
    htmx.ajax("GET", `${address(uid)}/edit`, { source: sheet, target: `[id="${uid}"]`, swap: "outerHTML" });
  }

  // A clause is being written in: it is the one in focus, and the panel leaves it in view.
  function written(uid) {
    if (uid === current && !narrow.matches) return;
    settle(uid);
    afterFrame(() => uid === current && history.replaceState(history.state, "", `${desk.dataset.draft}#${uid}`));
    if (narrow.matches) document.getElementById("panel").removeAttribute("data-uid");
    else showPanel(uid);
  }

  function leave() {
    if (document.querySelector(".meaning")) return hush();
    const form = isEditing();
    if (form) {
      const words = form.querySelector("textarea.words, input[type=text]");
      if (words.value === words.defaultValue || window.confirm("Leave without saving these words?")) form.querySelector("[data-cancel]").click();
      return;
    }
    const drawer = document.querySelector(".drawer.open");
    if (drawer) return drawer.classList.remove("open");
    closePanel();
  }

  function closePanel() {
    document.getElementById("panel")?.removeAttribute("data-uid");
    settle("");
    history.replaceState(history.state, "", desk.dataset.draft);
  }

  const table = sitDown(desk, {
    settle: written,
    say: (sentence) => say(sentence, "warn"),
    mended: () => settle(current, { follow: false }),
  });

  // Clicks

  // Where one writes already, a click into another clause goes on writing there.
  sheet.addEventListener("mousedown", (event) => {
    moving = Boolean(table.uid) && event.button === 0 && !event.target.closest("a, .words");
  }, true);

  sheet.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const element = event.target.closest(".c");
    if (link?.matches(".x, .t") || event.target.closest(".words")) return;
    if (moving && element && !link && window.getSelection().isCollapsed) return void edit(element.id, { x: event.clientX, y: event.clientY });
    if (!element || element.matches(".edit") || (link && !link.matches(".n, .m"))) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link) event.preventDefault();
    else if (narrow.matches || !window.getSelection().isCollapsed) return;
    focus(element.id, { tab: link?.matches(".m") ? "sources" : "" });
  });

  sheet.addEventListener("dblclick", (event) => {
    const element = event.target.closest(".c:not(.edit)");
    if (element && !event.target.closest("a, .words")) edit(element.id, { x: event.clientX, y: event.clientY });
  });

  window.addEventListener("hashchange", () => {
    const uid = decodeURIComponent(location.hash.slice(1));
    if (clause(uid)?.matches(".c")) focus(uid, { scroll: "start" });
    document.querySelector(".outline.open")?.classList.remove("open");
  });

  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-drawer]");
    if (key) {
      event.preventDefault();
      const drawer = document.getElementById(key.dataset.drawer);
      drawer.classList.toggle("open");
      drawer.focus({ preventScroll: true });
    } else if (event.target.closest("[data-drawer-close]")) {
      event.preventDefault();
      closePanel();
    } else if (event.target.closest("[data-edit]")) {
      event.preventDefault();
      edit(current);
    } else if (event.target.closest("[data-keys]")) {
      document.getElementById("keys").showModal();
    } else if (event.target.closest("#panel .tabs [data-tab]")) {
      event.preventDefault();
      showPanel(document.getElementById("panel").dataset.uid, event.target.closest("[data-tab]").dataset.tab);
    } else if (!event.target.closest(".drawer, .c")) {
      document.querySelector(".outline.open")?.classList.remove("open");
    }
  });

  // Keys

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("form.edit")) {
      event.target.form.requestSubmit();
      return;
    }
    if (event.defaultPrevented || event.target.closest(".words, .came-back .quote")) return;
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) return leave();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    if (event.key === "Enter" && !(current && event.target.matches("body, .sheet, .c, main"))) return;
    const does = {
      j: () => step(1),
      k: () => step(-1),
      e: () => edit(current),
      Enter: () => edit(current),
      c: () => current && cite(),
      h: () => current && showPanel(current, "history"),
      "/": () => document.getElementById("search").focus(),
      "?": () => document.getElementById("keys").showModal(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    if (!table.catches()) does();
  });

  function cite() {
    const field = document.querySelector("#panel [data-cite]");
    if (!field) return showPanel(current, "sources", `cite-q-${current}`);
    field.closest("details")?.setAttribute("open", "");
    if (field.matches("a, button")) field.click();
    else field.focus();
  }

  // Splitting: the caret says where, unless a mark was put.

  document.addEventListener("submit", (event) => {
    const words = event.target.matches("[data-split]") && event.target.elements.text;
    if (words && !words.value.includes(event.target.dataset.split)) {
      event.target.append(Object.assign(document.createElement("input"), { type: "hidden", name: "at", value: words.selectionStart }));
    }
  });

  // What arrives

  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const swapped = document.getElementById(detail?.ctx?.target?.id ?? "");
    if (swapped?.matches("#sheet .c:not(.edit)")) table.doubt(swapped.id);
    settle(current || document.getElementById("panel")?.dataset.uid || "");
    const words = isEditing()?.querySelector("textarea.words, input[type=text]");
    if (words && !words.dataset.met) {
      words.dataset.met = "yes";
      edited = words.form.id;
      // On a small screen the drawer would cover half of what is written.
      if (narrow.matches) document.getElementById("panel").removeAttribute("data-uid");
      words.focus();
      words.closest(".c").scrollIntoView({ block: "nearest" });
    } else if (edited && !words) {
      rest(clause(edited));
      if (narrow.matches) document.getElementById("panel").removeAttribute("data-uid");
      edited = "";
    }
  });

  document.addEventListener("cited", ({ detail }) => {
    const uid = document.getElementById("panel").dataset.uid;
    htmx.ajax("GET", address(uid), { source: sheet, target: `[id="${uid}"]`, swap: "outerHTML" });
    showPanel(uid, "sources", detail.on);
    say(detail.said);
  });

  // The filter of the outline

  const sieve = document.getElementById("sieve");
  sieve.parentElement.hidden = false;
  for (const button of document.querySelectorAll("button[data-keys]")) button.hidden = false;
  sieve.addEventListener("input", () => {
    const sought = sieve.value.trim().toLowerCase();
    let part = null;
    for (const row of document.querySelectorAll("#outline li")) {
      const fits = row.textContent.toLowerCase().includes(sought);
      row.hidden = !fits;
      if (row.classList.contains("part")) part = row;
      else if (fits && part) part.hidden = false;
    }
  });
  sieve.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = [...document.querySelectorAll("#outline li.article:not([hidden]) a")][0];
    if (first) focus(first.hash.slice(1), { scroll: "start" });
  });

  // What a term means, beside the word

  function tell(word) {
    hush();
    const place = clause(decodeURIComponent(word.hash.slice(1)));
    if (!place) return;
    const box = document.createElement("div");
    box.className = "meaning";
    box.id = "meaning";
    box.setAttribute("role", "tooltip");
    box.textContent = place.querySelector("p")?.textContent ?? place.textContent;
    document.body.append(box);
    word.setAttribute("aria-describedby", "meaning");
    const at = word.getClientRects()[0];
    box.style.left = `${Math.max(12, Math.min(at.left, innerWidth - box.offsetWidth - 12))}px`;
    const below = at.bottom + 6;
    box.style.top = `${below + box.offsetHeight > innerHeight ? at.top - box.offsetHeight - 6 : below}px`;
  }

  function hush() {
    document.querySelector("[aria-describedby=meaning]")?.removeAttribute("aria-describedby");
    document.querySelector(".meaning")?.remove();
  }

  for (const [shown, hidden] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    sheet.addEventListener(shown, (event) => event.target.closest("a.t") && tell(event.target.closest("a.t")));
    sheet.addEventListener(hidden, (event) => event.target.closest("a.t") && hush());
  }
  sheet.addEventListener("scroll", hush, { passive: true });

  // Everything may be laid out from the first frame on; before, only what is in view.
  const meet = () => desk.classList.add("met");

  // Where to begin: the clause in the address, or the one that the server was asked for.

  const asked = decodeURIComponent(location.hash.slice(1)) || desk.dataset.focus;
  if (clause(asked)?.matches(".c")) {
    meet();
    settle(asked);
    clause(asked).scrollIntoView({ block: narrow.matches ? "start" : "center" });
    if (document.getElementById("panel").dataset.uid !== asked && !(narrow.matches && isEditing())) showPanel(asked);
    if (document.getElementById("said")) {
      clause(asked).setAttribute("aria-describedby", "said");
      rest(clause(asked));
    }
  } else if (/^c[a-z2-7]{12}$/.test(asked)) {
    // Not on the sheet: struck, or merged into another. The server knows which.
    location.replace(address(asked));
  }
  requestAnimationFrame(() => setTimeout(meet));
}
