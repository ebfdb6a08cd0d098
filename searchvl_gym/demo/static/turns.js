/** Turns of an episode as a list. */

import { make, picture } from "./page.js";

const FOLD = 420;
/** Turns of a part, and most turns of an episode that is shown whole. */
const PART = 10;
const WHOLE = 15;
/** Most that a picture takes in height. */
const HIGH = 224;

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

/** The size at which a picture stands in a turn, so that nothing moves when it comes. */
const fitted = (shown) => {
  if (!shown.height) return {};
  const scale = Math.min(1, HIGH / shown.height);
  return { width: Math.max(1, Math.round(shown.width * scale)), height: Math.max(1, Math.round(shown.height * scale)) };
};

const plural = (count, word) => `${count} ${word}${count > 1 ? "s" : ""}`;

const told = (steps) => {
  const words = [`turns ${steps[0].index + 1}–${steps.at(-1).index + 1}`];
  const counts = new Map();
  for (const { tool } of steps) if (tool) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  if (counts.size) words.push([...counts].sort((one, other) => other[1] - one[1]).map(([tool, count]) => `${count} ${tool}`).join(", "));
  const pictures = steps.filter((step) => step.picture).length;
  const errors = steps.filter((step) => step.error).length;
  if (pictures) words.push(plural(pictures, "picture"));
  if (errors) words.push(plural(errors, "error"));
  return words.join(" · ");
};

/**
 * All turns of an episode: of a long one in parts of ten, of which the first is open. A part is
 * filled when it is opened. `write` makes one turn; `reveal(index)` opens the part of a turn.
 */
export const turnList = (steps, write, attributes = {}) => {
  const list = make("ol", { class: "turns", ...attributes });
  if (steps.length <= WHOLE) {
    list.append(...steps.map(write));
    return { list, reveal: () => {} };
  }
  const parts = [];
  for (let first = 0; first < steps.length; first += PART) {
    const held = steps.slice(first, first + PART);
    const inner = make("ol", { class: "turns" });
    const fill = () => inner.firstChild ?? inner.append(...held.map(write));
    const element = make("details", { ontoggle: (event) => event.target === element && element.open && fill() }, make("summary", {}, told(held)), inner);
    parts.push({ element, fill });
    list.append(make("li", { class: "fold" }, element));
  }
  const reveal = (index) => {
    const part = parts[Math.floor(index / PART)];
    if (!part) return;
    part.fill();
    part.element.open = true;
  };
  reveal(0);
  return { list, reveal };
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
    made ? picture(made, 560, fitted(made)) : null);
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
