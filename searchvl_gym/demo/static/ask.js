/** Ask: a question about a picture of one's own, or a task; who plays is watched turn by turn. */

import { ask, busy, make, select, trying } from "./page.js";
import { follow } from "./live.js";
import { Stage, aimOf } from "./stage.js";
import { scoreCard, turn } from "./turns.js";

/** The form. */
export const form = async (main) => {
  const offers = await ask("api/offers");
  let upload = null;
  const file = make("input", { type: "file", accept: "image/*" });
  const preview = make("span", {}, "Drop a picture here, or choose one.");
  const drop = make("label", { class: "drop" }, preview, file);
  const take = trying(async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    upload = null;
    preview.replaceChildren(make("span", { class: "wait" }), ` ${chosen.name} …`);
    try {
      upload = await ask("api/pictures", chosen);
    } catch (error) {
      preview.textContent = `${chosen.name}: ${error.message}`;
      throw error;
    }
    const scale = Math.min(1, 420 / upload.width, 256 / upload.height);
    preview.replaceChildren(make("img", {
      src: URL.createObjectURL(chosen), alt: "the picture", width: Math.round(upload.width * scale), height: Math.round(upload.height * scale),
    }), `${chosen.name} · ${upload.width} × ${upload.height}`);
  });
  file.addEventListener("change", take);
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", over);
      if (name === "drop" && event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        take();
      }
    });
  }
  const begin = (button, body) => busy(button, async () => {
    const session = await ask("api/sessions", body);
    location.hash = `#/ask/${session.id}`;
  });
  const thinking = offers.policies.filter((each) => !/^(oracle|no_tool|one_image_search|one_text_search|human)/.test(each));
  const own = make("form", { class: "card", onsubmit: trying((event) => {
    if (!upload) throw new Error("choose a picture first");
    const { question, world, policy } = own.elements;
    return begin(event.submitter, { picture: upload.id, question: question.value, world: world.value, policy: policy.value });
  }) },
  make("h2", {}, "Your picture"), drop,
  make("label", {}, "Question", make("textarea", { name: "question", required: true, maxlength: 2000 })),
  make("div", { class: "row" }, select("Search in", offers.worlds, { name: "world" }), select("Who answers", thinking, { name: "policy" }),
    make("button", { class: "main" }, "Ask")),
  thinking.some((each) => each !== "random") ? null : make("p", { class: "note" },
    "Only the random policy can be asked so far. Set SEARCHVL_CHAT_BASE_URL and SEARCHVL_CHAT_MODEL before the page is started, "
    + "or give it a checkpoint: --policy transformers:checkpoint=DIR."));
  const task = make("form", { class: "card", onsubmit: trying((event) => {
    const { suite, number, policy } = task.elements;
    return begin(event.submitter, { suite: suite.value, number: Number(number.value), policy: policy.value });
  }) },
  make("h2", {}, "A task of a suite"),
  make("div", { class: "row" }, select("Tasks", offers.suites.map((each) => each.name), { name: "suite" }),
    make("label", {}, "Number", make("input", { type: "number", name: "number", min: 0, value: 0, required: true })),
    select("Who plays", offers.policies, { name: "policy" }), make("button", { class: "main" }, "Play")));
  main.append(make("h1", {}, "Ask, and watch it think"),
    make("p", { class: "lead" }, "Every thought, call and picture appears as it happens. Stop it, go back to any turn, do something else, and let it go on from there."),
    make("div", { class: "two" }, own, task));
};

/** An episode that a policy plays. */
export const episode = async (main, id) => {
  const session = await ask(`api/sessions/${id}`);
  const stage = new Stage();
  const list = make("ol", { class: "turns", "aria-label": "Turns", "aria-live": "polite" });
  const status = make("span", { class: "note" });
  const after = make("div", {});
  const stop = make("button", { type: "button", onclick: trying(() => ask(`api/sessions/${id}/stop`, {})) }, "Stop");
  const branch = (turns) => make("button", { type: "button", class: "plain", onclick: trying((event) => busy(event.target, async () => {
    const made = await ask(`api/sessions/${id}/branch`, { turns });
    location.hash = `#/play/${made.id}`;
  })) }, "do something else here");
  const show = (state) => {
    stage.setPictures(state.pictures);
    const rows = list.children.length;
    state.steps.slice(rows).forEach((step) => list.append(turn(step, state.pictures, { extra: branch(step.index) })));
    const last = state.steps.at(-1);
    if (last) {
      const aim = aimOf(last, state.pictures);
      if (!last.picture && state.pictures.some((each) => each.name === aim.name)) {
        stage.select(aim.name);
        stage.draw(aim.boxes, aim.points);
      }
    }
    stop.hidden = !state.playing;
    status.replaceChildren(state.playing ? make("span", { class: "wait", role: "img", "aria-label": "playing" }) : "",
      state.playing ? ` turn ${state.turns + 1}` : state.failed ? "" : state.ended ? `${state.turns} turns` : `stopped after ${state.turns} turns`);
    after.replaceChildren(
      state.failed ? make("div", { class: "card score wrong", role: "alert" }, make("h2", {}, "It could not go on"), make("p", {}, state.failed)) : "",
      state.ended ? scoreCard(state.score) : "");
  };
  main.append(
    make("div", { class: "card row between" },
      make("div", {}, make("h1", {}, session.task.question),
        make("p", { class: "note" }, `${session.policy} · ${session.suite ? `${session.suite}, task ${session.number}` : session.world}`)),
      make("div", { class: "row" }, status, stop)),
    make("div", { class: "table" }, stage.element, make("div", {}, list, after)));
  return follow(session, show);
};
