"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const runs = read("runs");
  const pictures = read("pictures");
  const SIGNS = { right: "✓", wrong: "✗", unscored: "?" };

  /** An element with attributes and children; strings become text, never markup. */
  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== null) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  // Sorting: the tables come sorted by right answers.
  const valueOf = (row, place) => row.children[place].dataset.value;
  const sort = (table, place, direction) => {
    const body = table.tBodies[0];
    const numbers = [...body.rows].every((row) => {
      const value = valueOf(row, place);
      return value === "" || !Number.isNaN(Number(value));
    });
    const rows = [...body.rows].sort((one, other) => {
      const [a, b] = [valueOf(one, place), valueOf(other, place)];
      if (a === "" || b === "") return (a === "") - (b === "");
      const order = numbers ? Number(a) - Number(b) : a.localeCompare(b);
      return direction === "ascending" ? order : -order;
    });
    body.append(...rows);
    for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    table.tHead.rows[0].cells[place].setAttribute("aria-sort", direction);
  };
  for (const head of document.querySelectorAll(".board thead th[data-key]")) {
    const label = head.firstElementChild;
    const button = make("button", { type: "button" }, label.textContent);
    label.replaceWith(button);
    button.addEventListener("click", () => {
      const table = head.closest("table");
      const now = head.getAttribute("aria-sort");
      const first = head.classList.contains("n") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      sort(table, head.cellIndex, now === first ? other : first);
    });
  }

  // Filters.
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const filter = () => {
    const wanted = new FormData(form);
    const policy = wanted.get("policy").trim().toLowerCase();
    const [suite, source] = [wanted.get("suite"), wanted.get("source")];
    let shown = 0;
    for (const section of document.querySelectorAll("section[data-suite]")) {
      let here = 0;
      for (const row of section.querySelectorAll(".row")) {
        const fits = row.dataset.policy.includes(policy) &&
          (!source || row.dataset.source === source) && (!suite || section.dataset.suite === suite);
        row.hidden = !fits;
        here += fits;
      }
      section.hidden = here === 0;
      shown += here;
    }
    count.value = shown === 1 ? "1 row" : `${shown} rows`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();

  // Trajectories.
  const dialog = document.getElementById("episodes");
  const title = document.getElementById("episodes-title");
  const list = document.getElementById("episode-list");
  const article = document.getElementById("episode");
  const choices = dialog.querySelector(".choices");
  let run = null;
  let outcome = "";

  const picture = ([name, key]) => {
    const found = pictures[key];
    if (!found) return make("p", { class: "note" }, `${name} is not in this page`);
    // The size at which it stands, so that nothing moves when it comes.
    const scale = Math.min(1, 560 / found.width, 352 / found.height);
    return make("figure", {},
      make("img", {
        loading: "lazy", decoding: "async", src: found.url, alt: name,
        width: Math.max(1, Math.round(found.width * scale)),
        height: Math.max(1, Math.round(found.height * scale)),
      }),
      make("figcaption", {}, `${name} · ${found.width} × ${found.height}`));
  };
  const fact = (name, text, kind) =>
    make("div", {}, make("dt", {}, name), make("dd", kind ? { class: kind } : {}, text));
  const turn = (step, place) => {
    const kind = step.error ? "error" : step.call.startsWith("answer(") ? "answer" : "step";
    const notes = [`turn ${place + 1}`];
    if (step.error) notes.push(step.error.replaceAll("_", " "));
    if (step.fatal) notes.push("fatal from here");
    return make("li", { class: kind },
      make("div", { class: "note" }, notes.join(" · ")),
      step.thought ? make("div", { class: "thought" }, step.thought) : null,
      make("div", { class: "call" }, step.call),
      step.said ? make("div", { class: "seen" }, step.said) : null,
      step.seen ? make("div", { class: "seen" }, step.seen) : null,
      step.picture ? picture(step.picture) : null);
  };
  // A long episode comes in parts of ten turns, each filled when it is opened.
  const PART = 10;
  const WHOLE = 15;
  const parted = (turns) => {
    if (turns.length <= WHOLE) return [make("ol", { class: "turns" }, ...turns.map(turn))];
    const parts = [];
    for (let first = 0; first < turns.length; first += PART) {
      const held = turns.slice(first, first + PART);
      const list = make("ol", { class: "turns" });
      const fill = () => {
        if (!list.firstChild) list.append(...held.map((step, place) => turn(step, first + place)));
      };
      const count = (holds, word) => {
        const found = held.filter(holds).length;
        return found ? [`${found} ${word}${found > 1 ? "s" : ""}`] : [];
      };
      const words = [`turns ${first + 1}–${first + held.length}`,
        ...count((step) => step.picture, "picture"), ...count((step) => step.error, "error"),
        ...(held.some((step) => step.fatal) ? ["fatal from here"] : [])];
      const part = make("details", { class: "part" },
        make("summary", {}, words.join(" · ")), list);
      part.addEventListener("toggle", () => {
        if (part.open) fill();
      });
      if (first === 0) {
        fill();
        part.open = true;
      }
      parts.push(part);
    }
    return parts;
  };
  const show = (episode) => {
    const facts = [
      fact("Answer", episode.answer === null ? "none" : episode.answer),
      fact("Right answer", episode.right_answer),
      fact("Verdict", `${SIGNS[episode.outcome]} ${episode.outcome}`, `${episode.outcome}-text`),
      fact("Ended", episode.ending),
    ];
    if (episode.reason) {
      facts.push(fact(episode.judge ? `Why (${episode.judge})` : "Why", episode.reason));
    }
    article.replaceChildren(
      make("div", { class: "note" }, `episode ${episode.number} · ${episode.task}`),
      make("h3", {}, episode.question),
      ...episode.pictures.map(picture),
      make("dl", { class: "verdict" }, ...facts),
      ...parted(episode.turns));
    article.scrollTop = 0;
    for (const button of list.querySelectorAll("button")) {
      if (Number(button.dataset.number) === episode.number) {
        button.setAttribute("aria-current", "true");
      } else {
        button.removeAttribute("aria-current");
      }
    }
  };
  const fill = () => {
    const shown = run.episodes.filter((each) => !outcome || each.outcome === outcome);
    list.replaceChildren(...shown.map((episode) => {
      const button = make("button", { type: "button", "data-number": episode.number },
        make("span", { class: `sign ${episode.outcome}`, role: "img",
          "aria-label": episode.outcome }, SIGNS[episode.outcome]),
        make("span", {}, episode.question));
      button.addEventListener("click", () => {
        show(episode);
        if (matchMedia("(max-width:52rem)").matches) article.scrollIntoView();
      });
      return make("li", {}, button);
    }));
    if (shown.length) show(shown[0]);
    else article.replaceChildren(make("p", { class: "none" }, "No such episode."));
  };
  const choose = (name) => {
    outcome = name;
    for (const button of choices.children) {
      button.setAttribute("aria-pressed", String(button.dataset.outcome === name));
    }
    fill();
  };
  const open = (key) => {
    run = runs[key];
    const more = run.of > run.episodes.length ? ` (the first ${run.episodes.length})` : "";
    title.textContent = `${run.policy} on ${run.suite}: ${run.of} episodes${more}`;
    document.getElementById("figures").textContent = run.figures;
    const counts = {};
    for (const each of run.episodes) counts[each.outcome] = (counts[each.outcome] || 0) + 1;
    const names = ["", ...Object.keys(SIGNS).filter((name) => counts[name])];
    choices.replaceChildren(...names.map((name) => {
      const label = name ? `${name} ${counts[name]}` : `all ${run.episodes.length}`;
      const button = make("button", { type: "button", "data-outcome": name }, label);
      button.addEventListener("click", () => choose(name));
      return button;
    }));
    choose("");
    dialog.showModal();
    const first = list.querySelector("button");
    if (first) first.focus();
  };
  for (const button of document.querySelectorAll(".open")) {
    button.addEventListener("click", () => open(button.dataset.run));
  }
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  });
})();
