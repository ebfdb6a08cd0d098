/** Play: a person solves a task with the mouse. */

import { ask, busy, make, say, select, trying } from "./page.js";
import { Stage, aimOf } from "./stage.js";
import { Toolbox } from "./toolbox.js";
import { scoreCard, turn } from "./turns.js";
import { follow } from "./live.js";

const began = (id) => {
  const key = `began-${id}`;
  if (!sessionStorage.getItem(key)) sessionStorage.setItem(key, String(Date.now()));
  return Number(sessionStorage.getItem(key));
};

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** Turns without the answer. */
const callsOf = (state) => state.turns - ((state.score?.answer ?? null) === null ? 0 : 1);

/** Choose a suite and a task. */
export const choose = async (main) => {
  const offers = await ask("api/offers");
  const last = JSON.parse(localStorage.getItem("last-task") ?? "{}");
  const suite = offers.suites.some((each) => each.name === last.suite) ? last.suite : offers.suites[0].name;
  const next = last.suite === suite ? last.number + 1 : 0;
  const begin = async (button, name, number) => busy(button, async () => {
    if (!offers.suites.find((each) => each.name === name).ready) say("Opening the world; the first time it is built, which takes a while …");
    const session = await ask("api/sessions", { suite: name, number });
    localStorage.setItem("last-task", JSON.stringify({ suite: name, number }));
    location.hash = `#/play/${session.id}`;
  });
  const names = select("Tasks", offers.suites.map((each) => ({ value: each.name, label: each.name, selected: each.name === suite })), { name: "suite" });
  const number = make("input", { type: "number", name: "number", min: 0, value: next, required: true });
  names.addEventListener("change", () => { number.value = 0; });
  const form = make("form", { class: "card", onsubmit: trying((event) => begin(event.submitter, form.elements.suite.value, Number(number.value))) },
    make("div", { class: "row" }, names, make("label", {}, "Number", number), make("button", { class: "main" }, "Begin")));
  main.append(
    make("h1", {}, "Can you find it?"),
    make("p", { class: "lead" }, "You get a picture and a question. The answer is not in the picture alone: look, repair, search and read, "
      + "with the same tools as the models. Fewer calls are better; three mistakes in a row end the game."),
    form);
};

/** A running game. */
export const game = async (main, id) => {
  let state = await ask(`api/sessions/${id}`);
  const schemas = await ask(`api/sessions/${id}/tools`);
  const offers = await ask("api/offers");
  const start = began(id);
  let ended = null;
  let other = null;

  const stage = new Stage({ onBox: () => {} });
  const time = make("b", {}, "0:00");
  const calls = make("b", {}, "0");
  const list = make("ol", { class: "turns", "aria-label": "Turns" });
  const after = make("div", {});
  const answer = make("input", { name: "answer", required: true, autocomplete: "off", placeholder: "a name, a number, a date" });

  const call = (name, values) => trying(async () => {
    setBusy(true);
    try {
      state = merge(state, await ask(`api/sessions/${id}/call`, { name, arguments: values, since: state.turns }));
      show();
    } finally {
      setBusy(false);
    }
  })();
  const box = new Toolbox(schemas, stage, call);
  const answerForm = make("form", { class: "form", onsubmit: (event) => { event.preventDefault(); call("answer", { text: answer.value }); } },
    make("label", { class: "wide" }, "Your answer", answer), make("button", { class: "main" }, "Answer"));
  const back = make("button", { type: "button", onclick: trying(async () => {
    setBusy(true);
    try {
      state = await ask(`api/sessions/${id}/back`, { turns: 1 });
      show();
    } finally {
      setBusy(false);
    }
  }) }, "Take back");
  const controls = make("div", { class: "card" }, box.element, make("hr"), answerForm);
  const wait = make("span", { class: "wait", hidden: true, role: "img", "aria-label": "working" });

  const setBusy = (is) => {
    wait.hidden = !is;
    box.setBusy(is);
    for (const each of [answerForm.querySelector("button"), back]) each.disabled = is;
  };

  const show = () => {
    stage.setPictures(state.pictures);
    box.open(box.tool);
    calls.textContent = callsOf(state);
    const open = (address) => (address.match(/\.(png|jpe?g|webp|svg)$/i) && state.tools.includes("open_image")
      ? call("open_image", { url: address }) : call("visit", { url: address }));
    list.replaceChildren(...state.steps.map((step) => turn(step, state.pictures, {
      onAddress: state.ended || state.playing ? null : open,
      extra: make("button", { type: "button", class: "plain", onclick: () => {
        const aim = aimOf(step, state.pictures);
        stage.select(aim.name);
        stage.draw(aim.boxes, aim.points);
      } }, "what it saw"),
    })));
    controls.hidden = state.ended;
    back.hidden = state.turns === 0;
    if (state.ended && ended === null) ended = (Date.now() - start) / 1000;
    if (!state.ended) ended = null;
    showEnd();
  };

  const showEnd = () => {
    if (!state.ended) {
      after.replaceChildren();
      return;
    }
    const own = state.suite !== null;
    const more = [make("div", { class: "row" },
      own ? make("button", { type: "button", onclick: trying((event) => busy(event.target, showOracle)) }, "Show the oracle's way") : null,
      own ? make("button", { type: "button", class: "main", onclick: trying(async (event) => {
        await busy(event.target, async () => {
          const next = await ask("api/sessions", { suite: state.suite, number: state.number + 1 });
          localStorage.setItem("last-task", JSON.stringify({ suite: next.suite, number: next.number }));
          location.hash = `#/play/${next.id}`;
        });
      }) }, "Next task") : null)];
    after.replaceChildren(scoreCard(state.score, more), keeping());
  };

  const keeping = () => {
    if (!offers.keeps || state.suite === null || state.policy !== null) return "";
    const name = make("input", { name: "nickname", maxlength: 32, required: true, value: localStorage.getItem("nickname") ?? "" });
    const agreed = make("input", { type: "checkbox", required: true });
    const form = make("form", { class: "card", onsubmit: trying(async (event) => {
      await busy(event.submitter, () => ask(`api/sessions/${id}/keep`, { nickname: name.value, consent: agreed.checked }));
      localStorage.setItem("nickname", name.value);
      form.replaceChildren(make("p", {}, "Kept. It can be watched, and it counts for the board."));
    }) },
    make("h2", {}, "Keep this game?"),
    make("p", { class: "note" }, "What is kept: the turns, the answer, and a nickname. Nothing else of you."),
    make("div", { class: "row" }, make("label", {}, "Nickname", name),
      make("label", { class: "inline" }, agreed, "I agree that it is kept and counted"),
      make("button", {}, "Keep")));
    return form;
  };

  const showOracle = async () => {
    const session = await ask("api/sessions", { suite: state.suite, number: state.number, policy: "oracle" });
    const place = make("ol", { class: "turns" });
    const head = make("h2", {}, "The oracle ", make("span", { class: "wait", role: "img", "aria-label": "playing" }));
    other?.();
    lower.replaceChildren(make("div", { class: "two" },
      make("section", { class: "card" }, make("h2", {}, `You: ${callsOf(state)} calls`), copyOf(state)),
      make("section", { class: "card" }, head, place)));
    other = follow(session, (news) => {
      place.replaceChildren(...news.steps.map((step) => turn(step, news.pictures)));
      if (!news.playing) head.textContent = news.failed ? `The oracle stopped: ${news.failed}` : `The oracle: ${callsOf(news)} calls`;
    });
    lower.scrollIntoView({ block: "start" });
  };
  const copyOf = (from) => make("ol", { class: "turns" }, from.steps.map((step) => turn(step, from.pictures)));
  const lower = make("div", {});

  const continued = state.branch_of !== undefined ? goOn(() => state, offers.policies) : null;
  main.append(
    make("div", { class: "card row between" },
      make("div", {}, make("h1", {}, state.task.question),
        make("p", { class: "note" }, `${state.suite ?? "your question"}${state.number === null ? "" : `, task ${state.number}`} · ${state.world}${state.opening ? ` · ${state.opening}` : ""}`)),
      make("div", { class: "row" }, make("div", { class: "figures" },
        make("div", {}, make("span", {}, "time"), time), make("div", {}, make("span", {}, "calls"), calls)), wait, back)),
    make("div", { class: "table" }, stage.element, make("div", {}, after, controls, continued, list)), lower);
  show();

  const tick = setInterval(() => { time.textContent = clock(ended ?? (Date.now() - start) / 1000); }, 500);
  time.textContent = clock((Date.now() - start) / 1000);
  const keys = (event) => {
    if (event.target.closest("input, textarea, select, button") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") stage.draw([]);
  };
  document.addEventListener("keydown", keys);
  return () => {
    clearInterval(tick);
    document.removeEventListener("keydown", keys);
    other?.();
  };
};

/** Let a policy go on from where a person has got to. */
const goOn = (current, policies) => {
  const names = select("Let", policies, { name: "policy" });
  return make("form", { class: "card", onsubmit: trying((event) => busy(event.submitter, async () => {
    const made = await ask(`api/sessions/${current().id}/branch`, { turns: current().turns, policy: event.target.elements.policy.value });
    location.hash = `#/ask/${made.id}`;
  })) },
  make("p", { class: "note" }, "Do what it should have done, then let it go on."),
  make("div", { class: "row" }, names, make("button", {}, "go on from here")));
};

/** The state with the turns that came since. */
export const merge = (state, news) => ({ ...state, ...news, steps: [...state.steps.slice(0, news.since), ...news.steps] });
