/** Compare: two runs on the same tasks, side by side, where they part marked. */

import { ask, make, select, SIGNS, trying } from "./page.js";
import { scoreCard, turn, turnList } from "./turns.js";

export const compare = async (main, first, second) => {
  const runs = await ask("api/runs");
  if (runs.length < 2) {
    main.append(make("h1", {}, "Compare"), make("p", { class: "card" }, "Two runs are needed; make some with searchvl rollout or searchvl leaderboard."));
    return;
  }
  const options = (chosen) => runs.map((each) => ({ value: each.name, label: `${each.policy}: ${each.name}`, selected: each.name === chosen }));
  const form = make("form", { class: "card row", onsubmit: trying(() => {
    location.hash = `#/compare/${encodeURIComponent(form.elements.first.value)}/${encodeURIComponent(form.elements.second.value)}`;
  }) }, select("One", options(first ?? runs[0].name), { name: "first" }), select("The other", options(second ?? runs[1].name), { name: "second" }),
  make("button", { class: "main" }, "Compare"));
  main.append(make("h1", {}, "Where do they part?"), form);
  if (!first || !second) return;
  const lines = await ask(`api/runs/compare?first=${encodeURIComponent(first)}&second=${encodeURIComponent(second)}`);
  if (!lines.length) {
    main.append(make("p", { class: "card" }, "The two runs have no task in common."));
    return;
  }
  const list = make("ol", { class: "list", "aria-label": "Tasks of both" });
  const place = make("div", {});
  const open = trying(async (event) => {
    const line = lines[Number(event.currentTarget.dataset.line)];
    for (const each of list.querySelectorAll("button")) each.setAttribute("aria-current", String(each === event.currentTarget));
    await show(line);
  });
  const column = (episode, line, side) => {
    const { list, reveal } = turnList(episode.steps, (step) => turn(step, episode.pictures, {
      className: line.parts === null || step.index < line.parts ? "same" : step.index === line.parts ? "parts" : "",
      extra: step.index === line.parts ? make("span", { class: "tag warn" }, "they part here") : null,
    }));
    if (line.parts !== null) reveal(line.parts);
    return make("section", { class: "card", "aria-label": episode.policy },
      make("h2", {}, `${episode.policy} `, make("span", { class: `sign ${line.outcomes[side]}` }, SIGNS[line.outcomes[side]])),
      scoreCard(episode.score), list);
  };
  const show = async (line) => {
    const [one, other] = await Promise.all([first, second].map((run, side) =>
      ask(`api/runs/episode?run=${encodeURIComponent(run)}&number=${line.numbers[side]}`)));
    place.replaceChildren(make("h1", {}, line.question), make("div", { class: "two" }, column(one, line, 0), column(other, line, 1)));
  };
  list.append(...lines.map((line, place) => make("li", {}, make("button", { type: "button", "data-line": place, onclick: open },
    make("span", { class: `sign ${line.outcomes[0]}` }, SIGNS[line.outcomes[0]]),
    make("span", {}, line.question, make("span", { class: `sign ${line.outcomes[1]}` }, ` ${SIGNS[line.outcomes[1]]}`))))));
  const apart = lines.filter((line) => line.outcomes[0] !== line.outcomes[1]).length;
  main.append(make("p", { class: "note" }, `${lines.length} tasks in common, ${apart} with different outcomes (first in the list).`),
    make("div", { class: "browse" }, make("section", { class: "card", "aria-label": "Tasks" }, list), place));
  list.querySelector("button").setAttribute("aria-current", "true");
  await show(lines[0]);
};
