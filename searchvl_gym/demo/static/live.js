/** An episode that a policy plays, as it happens. */

import { ask, say } from "./page.js";
import { merge } from "./play.js";

/** Call `show` with the state at every change, until the policy has ended; returns what ends it before. */
export const follow = (session, show) => {
  let state = session;
  let over = false;
  let source = null;
  const begin = () => {
    source = new EventSource(`api/sessions/${session.id}/events?since=${state.turns}`);
    source.onmessage = (event) => {
      state = merge(state, JSON.parse(event.data));
      show(state);
    };
    source.addEventListener("done", () => {
      over = true;
      source.close();
    });
    source.onerror = async () => {
      if (over) return;
      source.close();
      try {
        state = await ask(`api/sessions/${session.id}`);
        show(state);
        if (state.playing) setTimeout(() => { if (!over) begin(); }, 1000);
      } catch (error) {
        over = true;
        say(error.message);
      }
    };
  };
  show(state);
  begin();
  return () => {
    over = true;
    source.close();
  };
};
