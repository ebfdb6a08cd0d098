/** Which door is open: the part of the address behind the sign # says so. */

import { make } from "./page.js";
import * as asking from "./ask.js";
import { compare } from "./compare.js";
import * as playing from "./play.js";
import * as watching from "./watch.js";

const DOORS = {
  play: (main, [id]) => (id ? playing.game(main, id) : playing.choose(main)),
  ask: (main, [id]) => (id ? asking.episode(main, id) : asking.form(main)),
  watch: (main, [run, number]) => (run ? watching.run(main, run, number === undefined ? undefined : Number(number)) : watching.runs(main)),
  compare: (main, [first, second]) => compare(main, first, second),
};

const main = document.getElementById("main");
let leave = null;
let visit = 0;

const enter = async () => {
  const mine = ++visit;
  const [, door = "play", ...rest] = location.hash.split("/");
  const name = DOORS[door] ? door : "play";
  leave?.();
  leave = null;
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${name[0].toUpperCase()}${name.slice(1)} · SearchVL Gym`;
  const fresh = make("div", {});
  try {
    const left = await DOORS[name](fresh, rest.map(decodeURIComponent));
    if (mine !== visit) {
      left?.();
      return;
    }
    leave = left ?? null;
    main.replaceChildren(fresh);
    dispatchEvent(new Event("shown"));
  } catch (error) {
    if (mine !== visit) return;
    main.replaceChildren(make("div", { class: "card score wrong", role: "alert" }, make("h2", {}, "That did not work"),
      make("p", {}, error.message), make("a", { class: "button", href: `#/${name}` }, "Begin anew")));
  }
  scrollTo(0, 0);
};

addEventListener("hashchange", enter);
enter();
