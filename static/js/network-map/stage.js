// The canvas in the page: its size, what it shows, and when it is drawn.

import { arrange, between, DURATION } from "./arrangement.js";
import { Camera } from "./camera.js";
import { Finder } from "./finder.js";
import { readPalette, watchPalette } from "./palette.js";
import { Renderer } from "./renderer.js";
import { emphasize, makeScene, movedScene } from "./scene.js";

const LOWEST = 280;
const AROUND = 20; // padding around the map in full screen
const REST = 110; // ms after the last move until names are placed anew and ties drawn sharp
const MOST_MOVING_TIES = 1500; // more would make the dots stutter
const SHARPEST = 2;
const PAPER_RATIO = 3;

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

export class Stage {
  /**
   * @param {HTMLElement} host
   * @param {import("./model.js").Model} model
   * @param {{name: string, help: string}} words
   * @param {number} shape height by width of the drawing it replaces, 0 without one
   */
  constructor(host, model, words, shape) {
    Object.assign(this, { host, model, shape });
    this.canvas = makeCanvas(words);
    this.camera = new Camera();
    this.palette = this.readPalette();
    this.renderer = new Renderer(this.canvas, this.palette);
    this.arrangements = new Map();
    this.focus = { picked: -1, hovered: -1, path: [], lit: new Set() };
    this.ending = new AbortController();
  }

  /** Put the canvas into the page and keep it in step with the page's size, colors and fonts. */
  start() {
    const { signal } = this.ending;
    // An inline element has no width to measure, and a canvas in the flow would keep it from shrinking.
    Object.assign(this.host.style, { display: "block", position: "relative", minWidth: "0" });
    this.host.append(this.canvas);
    this.watcher = new ResizeObserver(() => this.fitToHost());
    this.watcher.observe(this.host);
    watchPalette(() => this.repaint(), signal);
    addEventListener("beforeprint", () => this.toPaper(), { signal });
    addEventListener("afterprint", () => this.fromPaper(), { signal });
    document.addEventListener("fullscreenchange", () => this.fitToHost(), { signal });
    document.fonts?.ready.then(() => this.refreshText());
    document.fonts?.addEventListener?.("loadingdone", () => this.refreshText(), { signal });
  }

  end() {
    this.ending.abort();
    this.watcher?.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.canvas.remove();
  }

  readPalette() {
    return readPalette(
      this.host,
      this.model.sectors.map((sector) => sector.slug),
    );
  }

  // ── What is shown ───────────────────────────────────────────────────────────────────────────────

  /** @param {object} state @param {import("./filter.js").Shown} shown @param {object} focus */
  show(state, shown, focus) {
    const target = this.arrangementOf(state.by);
    const from = this.moving?.now ?? this.scene?.arrangement;
    const isNew = this.scene && this.target !== target;
    Object.assign(this, { state, shown, target });
    this.scene = makeScene(this.model, state, target, shown, this.palette);
    Object.assign(this.focus, focus);
    if (this.focus.hovered >= 0 && !shown.actors[this.focus.hovered]) this.focus.hovered = -1;
    this.finder = null;
    if (isNew) this.travel(from);
    else if (!this.moving) this.measure();
    this.emphasis = null;
    this.invalidate();
  }

  arrangementOf(by) {
    if (!this.arrangements.has(by)) this.arrangements.set(by, arrange(this.model, by));
    return this.arrangements.get(by);
  }

  hover(actor) {
    if (actor === this.focus.hovered) return;
    this.focus.hovered = actor;
    this.canvas.style.cursor = actor >= 0 ? "pointer" : "grab";
    this.emphasis = null;
    this.invalidate();
  }

  /** The shown actor at a point of the canvas, or -1. */
  at(x, y, reach) {
    if (!this.scene || this.moving) return -1;
    this.finder ??= new Finder(this.scene.arrangement);
    return this.finder.at(this.camera, this.shown.actors, x, y, reach);
  }

  /** Bring an actor into sight if it is not. */
  reveal(actor) {
    const { x, y } = this.target;
    if (actor < 0 || this.camera.shows(x[actor], y[actor])) return;
    this.camera.center(x[actor], y[actor]);
    this.invalidate();
  }

  // ── Moving ──────────────────────────────────────────────────────────────────────────────────────

  move(dx, dy) {
    this.camera.move(dx, dy);
    this.touch();
  }

  zoom(factor, x, y) {
    const zoomed = this.camera.zoomBy(factor, x, y);
    if (zoomed) this.touch();
    return zoomed;
  }

  home() {
    this.camera.showAll();
    this.invalidate();
  }

  /** In the middle of a gesture: draw fast now and well when it rests. */
  touch() {
    this.isTouched = true;
    this.invalidate();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.isTouched = false;
      this.invalidate();
    }, REST);
  }

  /** Let the dots travel to their new places. */
  travel(from) {
    const began = performance.now();
    const duration = stillness.matches ? 0 : DURATION;
    this.moving = { now: from };
    const step = () => {
      const time = duration ? Math.min(1, (performance.now() - began) / duration) : 1;
      if (time >= 1) return this.arrive();
      this.moving.now = between(from, this.target, time);
      this.frameCamera(this.moving.now.box);
      this.drawNow();
      this.travelling = requestAnimationFrame(step);
      return undefined;
    };
    cancelAnimationFrame(this.travelling);
    step();
  }

  arrive() {
    this.moving = null;
    this.frameCamera(this.target.box);
    this.invalidate();
  }

  // ── Drawing ─────────────────────────────────────────────────────────────────────────────────────

  invalidate() {
    if (this.frame || this.moving) return;
    this.frame = requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.scene || !this.sized) return;
    const scene = this.moving ? this.sceneOnTheWay() : this.scene;
    if (this.moving || !this.emphasis) this.emphasis = emphasize(scene, this.focus);
    this.renderer.draw({
      scene,
      emphasis: this.emphasis,
      focus: this.focus,
      camera: this.camera,
      isMoving: Boolean(this.isTouched),
    });
    if (this.moving) this.emphasis = null;
  }

  sceneOnTheWay() {
    return movedScene(this.scene, this.moving.now, this.model.pairs.length <= MOST_MOVING_TIES);
  }

  repaint() {
    this.palette = this.readPalette();
    this.renderer.setPalette(this.palette);
    if (this.state) this.show(this.state, this.shown, this.focus);
    if (this.isOnPaper) this.drawNow(); // no frame comes before the sheet is printed
  }

  refreshText() {
    this.renderer.forgetText();
    this.invalidate();
  }

  // ── Size ────────────────────────────────────────────────────────────────────────────────────────

  /** A resized canvas is empty: it is drawn in the same frame, or that would be seen. */
  fitToHost() {
    if (this.measure()) this.drawNow();
  }

  /** @returns {boolean} whether the canvas has another size now */
  measure() {
    const width = this.host.clientWidth;
    const height = this.heightFor(width);
    if (!width || !this.target || this.isOnPaper) return false;
    const ratio = Math.min(devicePixelRatio || 1, SHARPEST);
    this.host.style.height = `${height}px`;
    const size = { width: `${width}px`, height: `${height}px` };
    Object.assign(this.canvas.style, { position: "absolute", inset: "0", ...size });
    this.canvas.style.touchAction = this.isFull ? "none" : "pan-y";
    if (this.sized !== `${width} ${height} ${ratio}`) {
      this.sized = `${width} ${height} ${ratio}`;
      this.size = [width, height];
      this.renderer.resize(width, height, ratio);
      this.frameCamera((this.moving?.now ?? this.target).box);
      return true;
    }
    if (this.camera.box !== this.target.box && !this.moving) this.frameCamera(this.target.box);
    return false;
  }

  frameCamera(box) {
    if (this.size) this.camera.setFrame(...this.size, box);
  }

  get isFull() {
    return Boolean(document.fullscreenElement?.contains(this.host));
  }

  heightFor(width) {
    if (this.isFull) return Math.max(LOWEST, innerHeight - this.heightOfOthers());
    const highest = Math.max(544, Math.min(innerHeight * 0.92, 896));
    return Math.round(
      Math.min(highest, Math.max(LOWEST, width * (this.shape || shapeOf(this.target.box)))),
    );
  }

  /** What else the full screen shows above and below the map. */
  heightOfOthers() {
    const others = [...document.fullscreenElement.children].filter(
      (part) => part !== this.host && !part.contains(this.host),
    );
    return others.reduce((sum, part) => sum + part.offsetHeight, 0) + AROUND;
  }

  /** Sharp enough for paper; the sheet decides how large. */
  toPaper() {
    if (!this.scene) return;
    this.isOnPaper = true;
    this.renderer.resize(this.camera.width, this.camera.height, PAPER_RATIO);
    this.sized = "on paper";
    Object.assign(this.canvas.style, { position: "static", width: "100%", height: "auto" });
    this.host.style.height = "auto";
    this.drawNow();
  }

  fromPaper() {
    this.isOnPaper = false;
    this.fitToHost();
  }
}

function shapeOf([left, top, right, bottom]) {
  return (bottom - top) / (right - left);
}

function makeCanvas({ name, help }) {
  const canvas = document.createElement("canvas");
  canvas.className = "map-canvas";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  if (name) canvas.setAttribute("aria-label", name);
  if (help) canvas.setAttribute("aria-description", help);
  Object.assign(canvas.style, { display: "block", cursor: "grab" });
  return canvas;
}
