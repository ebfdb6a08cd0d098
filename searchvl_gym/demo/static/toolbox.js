/** The tools as forms: one at a time, made from the schemas that models get. */

import { ARGUMENT_WORDS, make, TOOL_WORDS } from "./page.js";

const isPicture = (tool, key, schema) => /img_/.test(schema.pattern ?? "") || (tool === "image_search" && key === "url");

export class Toolbox {
  /** @param schemas functions as models get them
   *  @param stage where boxes are drawn
   *  @param onCall called with name and arguments */
  constructor(schemas, stage, onCall) {
    this.schemas = Object.fromEntries(schemas.map((each) => [each.name, each]));
    this.stage = stage;
    this.onCall = onCall;
    this.points = [];
    this.buttons = make("div", { class: "tools", role: "group", "aria-label": "Tools" }, schemas.map((each) =>
      make("button", { type: "button", "aria-pressed": "false", "data-tool": each.name, onclick: () => this.open(each.name) },
        TOOL_WORDS[each.name] ?? each.name)));
    this.form = make("form", { class: "form", onsubmit: (event) => { event.preventDefault(); this.#send(); } });
    this.element = make("div", {}, this.buttons, this.form);
    stage.onBox = (box, name) => this.open("crop", { ...box, image: name });
    stage.onPoint = (point) => this.#addPoint(point);
    stage.onSelect = () => { if (this.tool) this.open(this.tool); };
    this.open(this.schemas.layout_parsing ? "layout_parsing" : schemas[0].name);
  }

  /** Show a tool's form, filled in. */
  open(name, values = {}) {
    const schema = this.schemas[name];
    if (!schema) return;
    this.tool = name;
    this.points = [];
    for (const button of this.buttons.children) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    const required = schema.parameters.required ?? [];
    const fields = Object.entries(schema.parameters.properties)
      .map(([key, each]) => [required.includes(key), this.#field(key, each, values[key], required.includes(key))]);
    const rest = fields.filter(([needed, field]) => !needed && field.type !== "hidden").map(([, field]) => field);
    this.form.replaceChildren(
      make("p", { class: "note hint" }, this.#hint(schema)),
      ...fields.filter(([needed, field]) => needed || field.type === "hidden").map(([, field]) => field),
      make("button", { class: "main" }, TOOL_WORDS[name] ?? name),
      rest.length ? make("details", { class: "hint" }, make("summary", {}, "Settings"), make("div", { class: "form" }, rest)) : "");
    this.stage.aim(name === "perspective_correct" ? "points" : "box");
    this.stage.draw(name === "crop" && "x" in values ? [values] : []);
    if (name === "crop") this.form.addEventListener("input", this.#redraw);
    else this.form.removeEventListener("input", this.#redraw);
  }

  setBusy(is) {
    for (const each of this.element.querySelectorAll("button")) each.disabled = is;
  }

  focus() {
    (this.form.querySelector("input:not([type=hidden]), select, textarea") ?? this.form.querySelector("button")).focus();
  }

  #hint(schema) {
    if (schema.name === "crop") return "Drag a box over the picture, or type its corner and sides.";
    if (schema.name === "perspective_correct") return "Straightens the sheet that it finds; or click its four corners, from the top left, clockwise.";
    return schema.description;
  }

  #redraw = () => {
    const { x, y, width, height } = this.#values();
    if ([x, y, width, height].every(Number.isFinite)) this.stage.draw([{ x, y, width, height }]);
  };

  #field(key, schema, value, required) {
    const words = ARGUMENT_WORDS[key] ?? key.replaceAll("_", " ");
    const chosen = value ?? schema.default;
    if (isPicture(this.tool, key, schema)) {
      return make("label", {}, words, make("select", { name: key }, this.stage.pictures.map((each) =>
        make("option", { value: each.name, selected: each.name === (value ?? this.stage.selected) }, each.name))));
    }
    if (schema.enum) {
      return make("label", {}, words, make("select", { name: key }, schema.enum.map((each) =>
        make("option", { value: JSON.stringify(each), selected: each === chosen }, String(each)))));
    }
    if (schema.type === "boolean") {
      return make("label", { class: "inline" }, make("input", { type: "checkbox", name: key, checked: chosen === true }), words);
    }
    if (schema.type === "integer" || schema.type === "number") {
      return make("label", {}, words, make("input", {
        type: "number", name: key, value: chosen, required, min: schema.minimum, max: schema.maximum,
        step: schema.type === "integer" ? 1 : "any",
      }));
    }
    if (schema.type === "string") {
      const area = key === "code";
      const field = make(area ? "textarea" : "input", { name: key, required, "data-text": true, autocomplete: "off", spellcheck: "false" });
      field.value = chosen ?? "";
      return make("label", { class: "wide" }, words, field);
    }
    return make("input", { type: "hidden", name: key, "data-list": true, value: value ? JSON.stringify(value) : "" });
  }

  #addPoint(point) {
    this.points = this.points.length === 4 ? [point] : [...this.points, point];
    this.stage.draw([], this.points);
    const field = this.form.querySelector("[data-list]");
    if (field) field.value = this.points.length === 4 ? JSON.stringify(this.points) : "";
  }

  #values() {
    const read = {};
    for (const field of this.form.elements) {
      if (!field.name) continue;
      if (field.type === "checkbox") read[field.name] = field.checked;
      else if (field.value === "") continue;
      else if (field.type === "number") read[field.name] = Number(field.value);
      else if (field.dataset.list !== undefined) read[field.name] = JSON.parse(field.value);
      else if (field.tagName === "SELECT" && !/^img_/.test(field.value)) read[field.name] = JSON.parse(field.value);
      else read[field.name] = field.value;
    }
    return read;
  }

  #send() {
    const { properties, required = [] } = this.schemas[this.tool].parameters;
    // What is left as it was is not said, as a model would not.
    const said = Object.entries(this.#values()).filter(([key, value]) => required.includes(key) || value !== properties[key].default);
    this.onCall(this.tool, Object.fromEntries(said));
  }
}
