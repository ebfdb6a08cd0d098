/** What every door uses: elements, requests, messages. */

/** An element with attributes and children; strings become text, never markup. */
export const make = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
};

/** Ask the server; its refusals are errors with its words. */
export const ask = async (path, body) => {
  const options = body === undefined ? {} : body instanceof Blob
    ? { method: "POST", body }
    : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw new Error("the page's server does not answer; is it still running?");
  }
  const type = reply.headers.get("content-type") ?? "";
  const content = type.includes("json") ? await reply.json() : await reply.text();
  if (!reply.ok) throw new Error(content.error ?? content);
  return content;
};

let silence = 0;
/** Say something that does not belong to a place on the page. */
export const say = (text) => {
  const place = document.getElementById("say");
  place.replaceChildren(make("p", {}, text));
  clearTimeout(silence);
  silence = setTimeout(() => place.replaceChildren(), 7000);
};

/** A handler whose failures are said. */
export const trying = (work) => async (event) => {
  event?.preventDefault?.();
  try {
    await work(event);
  } catch (error) {
    say(error.message);
  }
};

/** While `work` runs, `button` cannot be pressed. */
export const busy = async (button, work) => {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
};

export const select = (label, options, attributes = {}) =>
  make("label", {}, label, make("select", attributes, options.map((each) =>
    typeof each === "string" ? make("option", { value: each }, each) : make("option", each, each.label))));

export const SIGNS = { right: "✓", wrong: "✗", unscored: "?" };

/** Tools by the words of people. */
export const TOOL_WORDS = {
  text_search: "Search text", web_search: "Search web", image_search: "Search by picture", visit: "Open page",
  layout_parsing: "Read picture", crop: "Crop", sharpen: "Sharpen", super_resolution: "Enlarge",
  perspective_correct: "Straighten", python_interpreter: "Compute", open_image: "Open picture of a page",
};

/** What people call arguments whose names say little. */
export const ARGUMENT_WORDS = {
  q: "search for",
  goal: "what to look for",
  url: "address",
  image: "picture",
  code: "Python",
  hl: "language",
  top_k: "results",
};

/** A picture at the size it is shown, with room kept for it; it is loaded when it comes into sight. */
export const picture = (shown, side, attributes = {}) =>
  make("img", { loading: "lazy", src: `${shown.url}&side=${side}`, alt: shown.name, width: shown.width, height: shown.height, ...attributes });
