// What the panel says of the clause that it is about: how often it was changed, and what there is under each tab. It is told anew
// when the clause was changed and is quiet again; what one reads below stays as it is.

/** Milliseconds of quiet after which the panel is asked for. */
const QUIET = 2000;

export function openBeside(desk) {
  let timer = 0;

  /** Take in one entry of the journal, whoever wrote it. */
  function heard({ u }) {
    if (!u || document.getElementById("panel")?.dataset.uid !== u) return;
    clearTimeout(timer);
    timer = setTimeout(() => tell(u), QUIET);
  }

  async function tell(uid) {
    const tab = document.querySelector("#panel .tabs [aria-current]")?.dataset.tab ?? "sources";
    const asked = `${desk.dataset.draft}/clauses/${uid}/panel?tab=${tab}`;
    const answer = await fetch(asked, { headers: { "hx-request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const panel = document.getElementById("panel");
    const theirs = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("panel");
    if (panel?.dataset.uid !== uid || theirs?.dataset.uid !== uid) return;
    for (const count of theirs.querySelectorAll(".tabs [data-tab] b")) {
      const ours = panel.querySelector(`.tabs [data-tab="${count.parentElement.dataset.tab}"] b`);
      if (ours && ours.textContent !== count.textContent) ours.textContent = count.textContent;
    }
    const line = theirs.querySelector(".whereabouts p");
    // A list of versions that is being read lacks the latest.
    if (tab === "history") line?.append(Object.assign(document.createElement("span"), { className: "newer", textContent: " · changed since" }));
    if (line) panel.querySelector(".whereabouts p")?.replaceWith(line);
  }

  // Where the panel covers the lower half of the page, the treaty leaves room for it. Said by a word on the desk, as a rule with :has
  // would have the whole page looked at anew for each clause that is begun.
  const worn = new MutationObserver(tellDesk);
  new MutationObserver(tellDesk).observe(desk, { childList: true });
  tellDesk();

  function tellDesk() {
    const panel = document.getElementById("panel");
    if (!panel) return;
    desk.toggleAttribute("data-panel", panel.hasAttribute("data-uid"));
    worn.observe(panel, { attributeFilter: ["data-uid"] });
  }

  return { heard };
}
