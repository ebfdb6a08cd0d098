/** Turns of an episode as a list. */

import { make, picture } from "./page.js";

const FOLD = 420;

const seen = (text, onAddress) => {
  if (!onAddress) return make("div", { class: "seen" }, text);
  const parts = text.split(/(https?:\/\/[^\s<>"()]+)/);
  return make("div", { class: "seen" }, parts.map((part, place) => place % 2
    ? make("button", { type: "button", class: "plain", onclick: () => onAddress(part), title: "Open this page" }, part)
    : part));
};

const folded = (text, onAddress) => {
  if (text.length <= FOLD * 1.4) return seen(text, onAddress);
  const cut = text.lastIndexOf("\n", FOLD) > FOLD / 2 ? text.lastIndexOf("\n", FOLD) : text.lastIndexOf(" ", FOLD);
  return make("div", {}, seen(text.slice(0, cut), onAddress),
    make("details", {}, make("summary", {}, `${(text.length - cut).toLocaleString("en")} more characters`),
      seen(text.slice(cut).trimStart(), onAddress)));
};

/** One turn. `extra` is put beside its head, `onAddress` is called with an address that is pressed. */
export const turn = (step, pictures, { extra = null, onAddress = null, className = "" } = {}) => {
  const kind = step.error ? "error" : step.answer ? "answer" : "step";
  const made = pictures.find((each) => each.name === step.picture);
  const tags = [];
  if (step.error) tags.push(make("span", { class: "tag bad" }, step.error.replaceAll("_", " ")));
  if (step.error && step.infrastructure) tags.push(" the infrastructure's");
  return make("li", { class: `${kind} ${className}`, "data-turn": step.index },
    make("div", { class: "turnhead" }, make("span", { class: "note" }, `turn ${step.index + 1} `, tags), extra),
    step.thought ? make("div", { class: "thought" }, step.thought) : null,
    make("div", { class: "call" }, step.call),
    step.said ? folded(step.said) : null,
    step.observation ? folded(step.observation, onAddress) : null,
    made ? picture(made, 560) : null);
};

/** How an episode ended. */
export const scoreCard = (score, more = []) => {
  const kind = score.right === null ? "unscored" : score.right ? "right" : "wrong";
  const words = { right: "Right", wrong: score.answer === null ? "No answer" : "Wrong", unscored: "Not scored" };
  const facts = [["Answer", score.answer ?? "none"]];
  if (score.right_answer) facts.push(["Right answer", score.right_answer]);
  facts.push(["Ended", score.ending]);
  if (score.reward !== null && score.right_answer) facts.push(["Reward", score.reward.toFixed(3)]);
  for (const [name, value] of Object.entries(score.right_answer ? score.parts : {})) facts.push([name.replaceAll("_", " "), value.toFixed(2)]);
  return make("section", { class: `card score ${score.right_answer ? kind : "unscored"}`, "aria-label": "Score" },
    make("h2", {}, score.right_answer ? words[kind] : "Answered"),
    make("dl", {}, facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
    score.path.length ? make("p", { class: "note" }, `The way: ${score.path.join(" → ")}`) : null, more);
};
