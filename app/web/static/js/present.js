// Who is at the table: their initials in the bar, a mark beside the clause that somebody writes in, a word in the outline.

/** Milliseconds between two things read out, at least. */
const QUIET = 12_000;

const initials = (name) => name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
/** One's own other page is nobody else. */
const YOURS = "You, in another tab";
const joined = (names) => names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

export function openPresence(desk) {
  const bar = document.getElementById("people");
  const spoken = document.getElementById("people-said");
  const who = new Map();
  // The clauses that bear a mark: a long page is not looked through for them.
  const marked = new Set();
  let you = "";
  let said = "";
  let saidAt = 0;
  let due = 0;

  /** Everybody anew: {sid: {name, tone, uid?, at?}}. */
  function welcome(all, sid) {
    you = sid;
    who.clear();
    // Nobody is mentioned any more who is not in it.
    came(all, []);
  }

  function came(some, left) {
    for (const [sid, one] of Object.entries(some)) who.set(sid, { ...who.get(sid), ...one });
    for (const sid of left) who.delete(sid);
    show();
  }

  /** Where people stand now: {sid: {uid, at} | null}. */
  function moved(places) {
    for (const [sid, place] of Object.entries(places)) {
      const one = who.get(sid);
      if (one) who.set(sid, { ...one, uid: place?.uid ?? "", at: place?.at ?? null });
    }
    show();
  }

  const others = () => {
    const me = who.get(you);
    const isMine = (one) => me && one.name === me.name && one.tone === me.tone;
    return [...who].filter(([sid]) => sid !== you).map(([sid, one]) => ({ sid, ...one, name: isMine(one) ? YOURS : one.name }));
  };

  /** Who else stands in this clause, and where: {sid, name, tone, at}. */
  const inClause = (uid) => others().filter((one) => one.uid === uid && one.at);

  function show() {
    showBar();
    showMarks();
    const writing = others().filter((one) => one.uid && one.uid === desk.dataset.writing && one.name !== YOURS).map((one) => one.name);
    say(writing.length ? `${joined([...new Set(writing)])} ${writing.length > 1 ? "write" : "writes"} in this clause too.` : "");
  }

  // One person may have several pages open: shown once, where they write if they do.
  function people() {
    const found = new Map();
    for (const one of others()) if (!found.has(one.name) || one.uid) found.set(one.name, one);
    return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  function showBar() {
    if (!bar) return;
    const here = people();
    bar.hidden = here.length === 0;
    const key = JSON.stringify(here.map(({ name, tone, uid }) => [name, tone, uid]));
    if (bar.dataset.shows === key) return;
    bar.dataset.shows = key;
    const faces = here.slice(0, 3).map((one) => face(one));
    if (here.length > 3) faces.push(face({ name: `+${here.length - 3}`, tone: "more" }, `+${here.length - 3}`));
    // Where there is little room, their number alone.
    bar.toggleAttribute("data-many", here.length > 1);
    if (here.length > 1) faces.push(Object.assign(document.createElement("span"), { className: "several", textContent: here.length, ariaHidden: "true" }));
    const summary = bar.querySelector("summary");
    const said = here.length === 1 && here[0].name === YOURS ? "You are here in another tab" : `${here.length === 1 ? "One other person is" : `${here.length} others are`} here: ${joined(here.map((one) => one.name))}`;
    summary.title = joined(here.map((one) => one.name));
    summary.replaceChildren(...faces, Object.assign(document.createElement("span"), { className: "sr", textContent: said }));
    bar.querySelector("ul").replaceChildren(...here.map(row));
  }

  function face({ name, tone }, letters = initials(name)) {
    return Object.assign(document.createElement("span"), { className: `face t${tone}`, textContent: letters, ariaHidden: "true" });
  }

  function row(one) {
    const line = document.createElement("li");
    const place = one.uid && document.getElementById(`o-${rowOf(one.uid)}`)?.querySelector(".h")?.textContent;
    line.append(face(one), Object.assign(document.createElement("span"), { textContent: one.name }));
    if (one.uid) line.append(Object.assign(document.createElement("a"), { href: `#${one.uid}`, textContent: place ? `writes in “${place}”` : "writes here" }));
    return line;
  }

  const rowOf = (uid) => {
    const section = document.getElementById(uid)?.closest(".a");
    return (section?.querySelector(".c.article") ?? section?.querySelector(".c"))?.id ?? uid;
  };

  /** Put the marks where they belong; called again when page or outline were mended. */
  function showMarks() {
    const written = new Map();
    for (const one of others()) if (one.uid) written.set(one.uid, [...(written.get(one.uid) ?? []), one]);
    for (const old of marked) if (!written.has(old.id)) unmark(old);
    marked.clear();
    const rows = new Map();
    for (const [uid, writers] of written) {
      const element = document.getElementById(uid);
      if (!element) continue;
      marked.add(element);
      element.classList.add("written");
      element.dataset.by = writers.map((one) => initials(one.name)).slice(0, 2).join(" ");
      element.dataset.tone = writers[0].tone;
      const row = rowOf(uid);
      rows.set(row, [...(rows.get(row) ?? []), ...writers]);
    }
    for (const old of document.getElementById("rows").querySelectorAll(".pen")) if (!rows.has(old.closest("li").id.slice(2))) old.remove();
    for (const [uid, writers] of rows) markRow(document.getElementById(`o-${uid}`)?.querySelector("a"), writers);
  }

  function unmark(element) {
    element.classList.remove("written");
    delete element.dataset.by;
    delete element.dataset.tone;
  }

  function markRow(link, writers) {
    if (!link) return;
    const names = joined([...new Set(writers.map((one) => one.name))]);
    const pen = link.querySelector(".pen") ?? link.insertBefore(document.createElement("span"), link.querySelector(".count"));
    pen.className = `pen t${writers[0].tone}`;
    if (pen.title === names) return;
    pen.title = names;
    pen.replaceChildren(Object.assign(document.createElement("span"), { className: "sr", textContent: ` ${names} writing here` }));
  }

  // Read out politely, and rarely: whoever writes is not to be interrupted at each word of another.
  function say(words) {
    if (!spoken || words === said) return;
    clearTimeout(due);
    due = setTimeout(() => {
      said = words;
      saidAt = Date.now();
      spoken.textContent = words;
    }, Math.max(600, saidAt + QUIET - Date.now()));
  }

  /** Whoever typed stands behind what they typed; no frame of its own need say so. */
  function typed(sid, uid, end) {
    const one = who.get(sid);
    if (one && sid !== you) moved({ [sid]: { uid, at: [end, end] } });
  }

  return { welcome, came, moved, inClause, showMarks, typed, show };
}
