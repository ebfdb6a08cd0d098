/** Watch: stored runs; an episode as a film. */

import { ask, make, SIGNS } from "./page.js";
import { Stage, aimOf } from "./stage.js";
import { scoreCard, turn, turnList } from "./turns.js";

const at = (run, number) => `#/watch/${encodeURIComponent(run)}${number === undefined ? "" : `/${number}`}`;

/** All runs. */
export const runs = async (main) => {
  const found = await ask("api/runs");
  const filter = make("input", { type: "search", placeholder: "policy, suite or folder", "aria-label": "Filter" });
  const body = make("tbody", {});
  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    body.replaceChildren(...found.filter((each) => `${each.name} ${each.policy} ${each.environment}`.toLowerCase().includes(wanted)).map((each) =>
      make("tr", {}, make("td", {}, make("a", { href: at(each.name) }, each.name)), make("td", {}, each.policy),
        make("td", { class: "wide" }, each.environment), make("td", { class: "n wide" }, each.seed))));
  };
  filter.addEventListener("input", show);
  show();
  main.append(make("h1", {}, "Watch"), make("p", { class: "lead" }, "Runs of rollouts and leaderboards, the newest first."),
    found.length ? make("div", { class: "card" }, filter, make("table", { class: "runs" },
      make("thead", {}, make("tr", {}, make("th", {}, "Run"), make("th", {}, "Policy"), make("th", { class: "wide" }, "Environment"),
        make("th", { class: "n wide" }, "Seed"))), body))
      : make("p", { class: "card" }, "There are no runs yet. Make some: searchvl rollout --env SearchVL/Atlas-v0 --policy oracle --episodes 20 --out runs/oracle"));
};

/** One run: its episodes beside one of them. */
export const run = async (main, name, number) => {
  const lines = await ask(`api/runs/episodes?run=${encodeURIComponent(name)}`);
  const list = make("ol", { class: "list", "aria-label": "Episodes" });
  const place = make("div", {});
  const filter = make("input", { type: "search", placeholder: "words, tool or task", "aria-label": "Filter" });
  const outcome = make("select", { "aria-label": "Outcome" }, ["all", "right", "wrong", "unscored", "errors", "fatal"].map((each) => make("option", {}, each)));
  const order = make("select", { "aria-label": "Order" }, [["number", "by number"], ["turns", "most turns first"], ["errors", "most errors first"]]
    .map(([value, label]) => make("option", { value }, label)));
  const count = make("p", { class: "note", role: "status" });
  let chosen = number ?? 0;
  let end = null;
  const fits = (line) => {
    const wanted = filter.value.trim().toLowerCase();
    const kind = outcome.value;
    return `${line.question} ${line.answer} ${line.task} ${line.tools.join(" ")}`.toLowerCase().includes(wanted)
      && (kind === "all" || line.outcome === kind || (kind === "errors" && line.errors > 0) || (kind === "fatal" && line.fatal));
  };
  const show = () => {
    const shown = lines.filter(fits);
    if (order.value !== "number") shown.sort((one, other) => other[order.value] - one[order.value] || one.number - other.number);
    count.textContent = shown.length === 1 ? "1 episode" : `${shown.length} episodes`;
    list.replaceChildren(...shown.map((line) => make("li", {}, make("button", {
      type: "button", "aria-current": String(line.number === chosen), onclick: () => open(line.number),
    }, make("span", { class: `sign ${line.outcome}`, title: line.outcome }, SIGNS[line.outcome]),
    make("span", {}, line.question, make("span", { class: "note" }, ` · ${line.turns} turns`))))));
  };
  const open = async (which) => {
    chosen = which;
    history.replaceState(null, "", at(name, which));
    show();
    end?.();
    const episode = await ask(`api/runs/episode?run=${encodeURIComponent(name)}&number=${which}`);
    end = film(place, episode);
  };
  for (const each of [filter, outcome, order]) each.addEventListener("input", show);
  main.append(make("p", { class: "note" }, make("a", { href: "#/watch" }, "All runs"), ` › ${name}`),
    make("div", { class: "browse" },
      make("section", { class: "card", "aria-label": "Episodes" }, make("div", { class: "row" }, filter, outcome, order), count, list), place));
  if (lines.length) await open(Math.min(chosen, lines.length - 1));
  else place.append(make("p", { class: "card" }, "The run holds no finished episode yet."));
  return () => end?.();
};

/** An episode as a film: each turn with the picture that it saw. Returns what ends it. */
export const film = (place, episode) => {
  const stage = new Stage();
  const slider = make("input", { type: "range", min: 0, max: episode.turns, value: 0, "aria-label": "Turn" });
  const { list, reveal } = turnList(episode.steps, (step) => turn(step, episode.pictures), { "aria-label": "Turns" });
  const label = make("span", { class: "note" });
  const score = scoreCard(episode.score);
  const reel = make("div", { class: "reel", tabindex: 0, role: "region", "aria-label": "What happened" }, list, score);
  let playing = null;
  const show = (now) => {
    slider.value = now;
    label.textContent = now === 0 ? "the task" : `turn ${now} of ${episode.turns}`;
    const step = episode.steps[now - 1];
    stage.setPictures(episode.pictures.filter((each) => each.made === null || each.made === undefined || each.made < now), { follow: false });
    if (step) {
      const aim = aimOf(step, episode.pictures);
      stage.select(aim.name);
      stage.draw(aim.boxes, aim.points);
    } else stage.select(episode.pictures[0]?.name);
    if (step) reveal(now - 1);
    for (const item of list.querySelectorAll("[data-turn]")) item.classList.toggle("now", Number(item.dataset.turn) === now - 1);
    score.hidden = now < episode.turns;
    const current = now === episode.turns ? score : list.querySelector(".now") ?? list;
    reel.scrollTop += current.getBoundingClientRect().top - reel.getBoundingClientRect().top - 8;
  };
  const step = (by) => show(Math.min(episode.turns, Math.max(0, Number(slider.value) + by)));
  const pause = () => {
    clearInterval(playing);
    playing = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", "Play");
  };
  const start = () => {
    if (Number(slider.value) >= episode.turns) show(0);
    playing = setInterval(() => {
      step(1);
      if (Number(slider.value) >= episode.turns) pause();
    }, 1800);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "Pause");
  };
  const play = make("button", { type: "button", "aria-label": "Play", onclick: () => (playing ? pause() : start()) }, "▶");
  slider.addEventListener("input", () => show(Number(slider.value)));
  const keys = (event) => {
    if (event.target.closest("input, select, textarea, summary") || (event.key === " " && event.target.closest("button"))) return;
    if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else if (event.key === " ") {
      event.preventDefault();
      playing ? pause() : start();
    }
  };
  document.addEventListener("keydown", keys);
  place.replaceChildren(make("div", { class: "card" }, make("h1", {}, episode.task.question),
    make("p", { class: "note" }, `${episode.policy} · ${episode.task.id}`)),
  make("div", { class: "table" },
    make("div", { class: "stage" }, stage.element, make("div", { class: "film" },
      make("button", { type: "button", "aria-label": "Back", onclick: () => step(-1) }, "‹"), play,
      make("button", { type: "button", "aria-label": "On", onclick: () => step(1) }, "›"), slider, label)),
    reel));
  stage.element.classList.remove("stage");
  show(0);
  return () => {
    pause();
    document.removeEventListener("keydown", keys);
  };
};
