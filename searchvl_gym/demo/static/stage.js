/** The stage: one picture large, the others below, boxes drawn on it; one can draw a box oneself. */

import { make, picture } from "./page.js";

const SIDE = 1400;

export class Stage {
  /** @param {(box: {x, y, width, height}, name: string) => void} [onBox] told when a box was drawn
   *  @param {(point: [number, number], name: string) => void} [onPoint] told when a point was set */
  constructor({ onBox, onPoint, onSelect } = {}) {
    this.onBox = onBox;
    this.onPoint = onPoint;
    this.onSelect = onSelect;
    this.pictures = [];
    this.selected = null;
    this.mode = onBox ? "box" : "look";
    this.canvas = make("div", { class: "canvas" });
    this.caption = make("p", { class: "note" });
    this.thumbs = make("div", { class: "thumbs", role: "group", "aria-label": "Pictures" });
    this.element = make("div", { class: "stage" }, this.canvas, this.caption, this.thumbs);
    if (onBox) this.#listen();
  }

  /** The pictures of the episode; a new one is shown at once. */
  setPictures(pictures, { follow = true } = {}) {
    const grown = pictures.length !== this.pictures.length;
    const changed = grown || pictures.some((each, place) => each.url !== this.pictures[place].url);
    this.pictures = pictures;
    if (!changed && this.selected) return;
    this.thumbs.replaceChildren(...pictures.map((each) => make("button", {
      type: "button", "aria-pressed": "false", "data-name": each.name, onclick: () => this.select(each.name, true),
    }, picture(each, 160, { alt: "", width: 72, height: 54 }), each.name)));
    this.thumbs.hidden = pictures.length < 2;
    const still = pictures.some((each) => each.name === this.selected);
    if ((grown && follow) || !still) this.select(pictures.at(-1)?.name);
    else this.select(this.selected);
  }

  select(name, byHand = false) {
    const shown = this.pictures.find((each) => each.name === name);
    this.selected = shown ? name : null;
    for (const button of this.thumbs.children) {
      button.setAttribute("aria-pressed", String(button.dataset.name === name));
    }
    if (!shown) {
      this.canvas.replaceChildren();
      this.caption.textContent = "";
      return;
    }
    this.image = picture(shown, SIDE, { draggable: "false", loading: "eager" });
    this.canvas.replaceChildren(this.image);
    this.caption.textContent = `${name} · ${shown.width} × ${shown.height} pixels`;
    if (byHand) this.onSelect?.(name);
  }

  /** Draw boxes ({x, y, width, height, label}, in pixels of the picture) over it. */
  draw(boxes, points = []) {
    for (const old of this.canvas.querySelectorAll(".box, .dotmark")) old.remove();
    const shown = this.pictures.find((each) => each.name === this.selected);
    if (!shown) return;
    const frame = this.#frame();
    for (const box of boxes) {
      const element = make("div", { class: "box" }, box.label ? make("span", {}, box.label) : null);
      element.style.left = `${frame.left + (box.x / shown.width) * frame.width}%`;
      element.style.top = `${frame.top + (box.y / shown.height) * frame.height}%`;
      element.style.width = `${(box.width / shown.width) * frame.width}%`;
      element.style.height = `${(box.height / shown.height) * frame.height}%`;
      this.canvas.append(element);
    }
    for (const [x, y] of points) {
      const element = make("div", { class: "dotmark" });
      element.style.left = `${frame.left + (x / shown.width) * frame.width}%`;
      element.style.top = `${frame.top + (y / shown.height) * frame.height}%`;
      this.canvas.append(element);
    }
  }

  aim(mode) {
    this.mode = mode;
    this.canvas.classList.toggle("aim", mode !== "look");
  }

  /** Where the picture lies in its canvas, in percent: a tall one has room beside it. */
  #frame() {
    const box = this.canvas.getBoundingClientRect();
    const shown = this.pictures.find((each) => each.name === this.selected);
    const scale = Math.min(box.width / shown.width, box.height / shown.height);
    const width = (shown.width * scale / box.width) * 100 || 100;
    const height = (shown.height * scale / box.height) * 100 || 100;
    return { left: (100 - width) / 2, top: (100 - height) / 2, width, height };
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    const shown = this.pictures.find((each) => each.name === this.selected);
    const frame = this.#frame();
    const across = (((event.clientX - box.left) / box.width) * 100 - frame.left) / frame.width;
    const down = (((event.clientY - box.top) / box.height) * 100 - frame.top) / frame.height;
    const within = (share) => Math.min(1, Math.max(0, share));
    return [Math.round(within(across) * shown.width), Math.round(within(down) * shown.height)];
  }

  #listen() {
    let from = null;
    const box = (to) => ({
      x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]),
      width: Math.max(1, Math.abs(to[0] - from[0])), height: Math.max(1, Math.abs(to[1] - from[1])),
    });
    this.canvas.addEventListener("pointerdown", (event) => {
      if (!this.selected || this.mode === "look" || event.button !== 0) return;
      const point = this.#point(event);
      if (this.mode === "points") {
        this.onPoint?.(point, this.selected);
        return;
      }
      from = point;
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (from) this.draw([box(this.#point(event))]);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      if (!from) return;
      const drawn = box(this.#point(event));
      from = null;
      if (drawn.width > 3 && drawn.height > 3) this.onBox(drawn, this.selected);
      else this.draw([]);
    });
  }
}

/** Which picture a call worked on, and the boxes that it named on it. */
export const aimOf = (step, pictures) => {
  const before = pictures.filter((each) => each.made === null || each.made === undefined || each.made < step.index);
  const named = Object.values(step.arguments).find((value) => typeof value === "string" && /^img_\d+$/.test(value));
  const name = named ?? before.at(-1)?.name;
  const { x, y, width, height } = step.arguments;
  const boxes = step.tool === "crop" && [x, y, width, height].every(Number.isFinite)
    ? [{ x, y, width, height, label: "crop" }] : [];
  const points = step.tool === "perspective_correct" && Array.isArray(step.arguments.corners)
    ? step.arguments.corners.filter((each) => Array.isArray(each) && each.length === 2 && each.every(Number.isFinite)) : [];
  return { name, boxes, points };
};
