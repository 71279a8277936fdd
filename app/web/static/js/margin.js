// The marks of notes in the margin: each stands beside the line on which its words begin; those of lines that are close together are
// one mark. Where a line is can be told only of a clause that is laid out: one that is far away has one mark until it comes near.

/** Pixels between two marks, at least. */
const ROOM = 22;
const NEAR = "400px 0px";

/** `paper` is what the clauses stand in; `href(uid)` leads to the notes of one. */
export function openMargin(sheet, paper, href) {
  const kept = new Map();
  const near = new Set();
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
    }
    settle([...near]);
  }, { root: null, rootMargin: NEAR });
  let width = paper.clientWidth;
  new ResizeObserver(() => {
    if (paper.clientWidth === width) return;
    width = paper.clientWidth;
    settle([...near]);
  }).observe(paper);

  /** Show the notes of each clause: [clause, [{key, isDoubtful, isNew, range}]]. */
  function show(clauses) {
    const now = new Set(clauses.map(([clause]) => clause));
    for (const clause of kept.keys()) {
      if (now.has(clause)) continue;
      kept.delete(clause);
      near.delete(clause);
      seen.unobserve(clause);
    }
    for (const mark of sheet.querySelectorAll("a.note-mark")) if (!now.has(mark.parentElement)) mark.remove();
    for (const [clause, notes] of clauses) {
      if (!kept.has(clause)) seen.observe(clause);
      kept.set(clause, notes);
    }
    settle(clauses.map(([clause]) => clause));
  }

  // Looked at first, and written only then: the page is laid out once.
  function settle(clauses) {
    const groups = clauses.filter((clause) => kept.has(clause)).map((clause) => [clause, grouped(clause)]);
    for (const [clause, found] of groups) set(clause, found);
  }

  function grouped(clause) {
    const notes = kept.get(clause);
    if (!near.has(clause) || notes.length < 1) return [{ top: 0, notes }];
    const top = clause.getBoundingClientRect().top;
    const lines = notes.map((note) => ({ note, top: note.range ? Math.max(0, Math.round((note.range.getClientRects()[0]?.top ?? top) - top - 2)) : 0 }));
    lines.sort((a, b) => a.top - b.top);
    const found = [];
    for (const { note, top: line } of lines) {
      const last = found.at(-1);
      if (last && line - last.top < ROOM) last.notes.push(note);
      else found.push({ top: line < ROOM / 2 ? 0 : line, notes: [note] });
    }
    return found;
  }

  function set(clause, groups) {
    const marks = [...clause.querySelectorAll(":scope > a.note-mark")];
    for (const mark of marks.splice(groups.length)) mark.remove();
    const name = clause.querySelector(".n")?.textContent.trim() || "this clause";
    const isAlone = !clause.querySelector(":scope > .m");
    groups.forEach(({ top, notes }, index) => {
      const mark = marks[index] ?? Object.assign(document.createElement("a"), { className: "note-mark" });
      const isDoubtful = notes.some((note) => note.isDoubtful);
      const isNew = notes.some((note) => note.isNew);
      const label = `${notes.length} ${notes.length === 1 ? "note" : "notes"} on ${name}${isDoubtful ? ", please check" : ""}${isNew ? ", new" : ""}`;
      if (mark.title !== label) {
        mark.title = label;
        mark.setAttribute("aria-label", label);
      }
      if (mark.textContent !== String(notes.length)) mark.textContent = notes.length;
      mark.classList.toggle("check", isDoubtful);
      mark.classList.toggle("new", isNew);
      mark.classList.toggle("alone", isAlone || top > 0);
      mark.style.setProperty("--beside", `${top}px`);
      mark.dataset.note = notes[0].key;
      mark.href = href(clause.id);
      if (!mark.isConnected) clause.append(mark);
    });
  }

  return { show };
}
