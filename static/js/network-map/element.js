// <network-map>: draws the first picture, and brings the rest when somebody comes near. See README.md.

import { Words } from "../shared/words.js";
import { listen, ZOOM_STEP } from "./input.js";
import { everyone, Model } from "./model.js";
import { Stage } from "./stage.js";

/** The view of an address that asks for nothing. */
const PLAIN = { by: "sector", color: "sector", skill: [] };
const NOBODY = { picked: -1, path: [], lit: new Set() };

/** How somebody is known to be near. */
const APPROACH = ["pointerover", "pointerdown", "focusin", "keydown", "touchstart"];

/** What of the page the guide answers, by kind of event. */
const ANSWERED = {
  click: "a[data-map-set], button[data-map-do]",
  submit: "form[data-map-filters], form[data-map-form]",
  input: "form[data-map-filters] [name]",
  change: "form[data-map-filters] [name]",
};

export class NetworkMap extends HTMLElement {
  connectedCallback() {
    this.ending = new AbortController();
    this.words = Words.read(this.dataset.words, document.documentElement.lang || undefined);
    this.makeVoice();
    this.start(this.ending.signal);
  }

  disconnectedCallback() {
    this.ending.abort();
    this.stage?.end();
    this.guide?.end();
    setTools(false);
  }

  async start(signal) {
    try {
      this.reading = this.readFirst();
      const whole = location.search ? this.whole() : null;
      await this.reading;
      if (!this.model.count) return;
      if (!whole) this.showFirst();
      else if (!(await whole)) throw new Error("The rest of the map did not come");
    } catch (problem) {
      if (!signal.aborted) this.giveUp(problem);
      return;
    }
    if (!signal.aborted) this.begin(signal);
  }

  /** The page as the server drew it stays. */
  giveUp(problem) {
    this.stage?.end();
    this.say(this.words.say("failed"));
    console.warn("The map stays as drawn by the server.", problem);
  }

  begin(signal) {
    this.stage.drawNow();
    this.hideDrawing();
    performance.measure("map-drawn", "map-data"); // read by the bench
    setTools(true);
    for (const type of Object.keys(ANSWERED)) {
      document.addEventListener(type, (event) => this.onEvent(event), { signal });
    }
    const comes = () => void this.whole();
    for (const type of APPROACH) {
      document.addEventListener(type, comes, { signal, once: true, passive: true });
    }
    this.toggleAttribute("data-ready", true);
    this.dispatchEvent(new CustomEvent("map-ready", { bubbles: true }));
  }

  // ── Data ────────────────────────────────────────────────────────────────────────────────────────

  async fetchPart(part = "") {
    const address = this.getAttribute("src") + (part && `?part=${part}`);
    const response = await fetch(address, { signal: this.ending.signal });
    if (!response.ok) throw new Error(`The data answered ${response.status}`);
    return response.json();
  }

  async readFirst() {
    const data = await this.fetchPart();
    performance.mark("map-data");
    this.model = new Model(data);
  }

  /**
   * The rest of the data, and the guide that answers with it.
   *
   * @returns {Promise<import("./guide.js").Guide | null>} null when they could not be fetched; links
   *   and forms then lead to the server
   */
  whole() {
    this.coming ??= this.fetchWhole().catch(() => (this.coming = null));
    return this.coming;
  }

  async fetchWhole() {
    const [{ Guide }, rest] = await Promise.all([import("./guide.js"), this.fetchPart("rest")]);
    await this.reading;
    if (rest.version !== this.model.version) await this.startAnew(rest.version);
    this.model.complete(rest);
    if (!this.shown) this.startStage();
    const guide = new Guide(this);
    guide.start(this.ending.signal);
    return (this.guide = guide);
  }

  /** The map was changed after the page had come. */
  async startAnew(version) {
    await this.readFirst();
    if (version !== this.model.version) throw new Error("The map is being changed");
    if (!this.shown) return;
    this.stage.end();
    this.showFirst();
  }

  // ── Picture ─────────────────────────────────────────────────────────────────────────────────────

  startStage() {
    const drawing = this.querySelector("svg");
    const box = drawing?.viewBox?.baseVal;
    const words = { name: this.words.say("map"), help: this.words.say("keys") };
    this.stage = new Stage(this, this.model, words, box?.width ? box.height / box.width : 0);
    listen(this.stage.canvas, this.handler(), this.ending.signal);
    this.stage.start();
  }

  showFirst() {
    this.startStage();
    this.shown = everyone(this.model);
    this.stage.show(PLAIN, this.shown, NOBODY);
  }

  /** The drawing the server made; print and readers get the canvas and the table from here on. */
  hideDrawing() {
    for (const child of this.children) {
      if (child !== this.stage.canvas && child !== this.voice) child.hidden = true;
      // An SVG element has no `hidden` of its own.
      if (child instanceof SVGElement) child.style.display = "none";
    }
  }

  /** @returns {import("./input.js").Handler} */
  handler() {
    const { stage } = this;
    const asked =
      (name) =>
      (...what) =>
        this.ask((guide) => guide[name](...what));
    return {
      hover: (x, y, reach) => stage.hover(stage.at(x, y, reach)),
      leave: () => stage.hover(-1),
      move: (dx, dy) => stage.move(dx, dy),
      zoom: (factor, x, y) => stage.zoom(factor, x, y),
      home: () => stage.home(),
      isFull: () => stage.isFull,
      tap: asked("pickAt"),
      walk: asked("walk"),
      district: asked("walkDistrict"),
      open: asked("open"),
      letGo: asked("letGo"),
    };
  }

  // ── Questions ───────────────────────────────────────────────────────────────────────────────────

  /** Now, or as soon as the guide is there. */
  async ask(question) {
    const guide = this.guide ?? (await this.whole());
    if (guide) question(guide);
  }

  onEvent(event) {
    const button = event.target.closest?.("button[data-map-do]");
    if (event.type === "click" && button && this.move(button.dataset.mapDo)) return;
    const part = event.target.closest?.(ANSWERED[event.type]);
    if (part && !this.guide && !this.isRepeating && isPlainClick(event)) this.hold(event, part);
  }

  /** What somebody does before the guide is there is done again when it is, or has failed to come. */
  async hold(event, part) {
    event.preventDefault();
    const { checked, value } = part;
    await this.whole();
    this.isRepeating = true;
    if (event.type === "click") part.click();
    else if (event.type === "submit") part.requestSubmit(event.submitter);
    else {
      Object.assign(part, { checked, value }); // the guide has set it back to the address
      part.dispatchEvent(new Event(event.type, { bubbles: true }));
    }
    this.isRepeating = false;
  }

  /** @returns {boolean} whether the action is one that needs no guide */
  move(action) {
    const moves = {
      in: () => this.stage.zoom(ZOOM_STEP),
      out: () => this.stage.zoom(1 / ZOOM_STEP),
      all: () => this.stage.home(),
      full: () => this.toggleFull(),
    };
    moves[action]?.();
    return action in moves;
  }

  toggleFull() {
    if (document.fullscreenElement) return document.exitFullscreen();
    return (this.closest(".stage") ?? this).requestFullscreen?.();
  }

  // ── Voice ───────────────────────────────────────────────────────────────────────────────────────

  makeVoice() {
    this.voice ??= document.createElement("p");
    this.voice.className = "vh";
    this.voice.setAttribute("role", "status");
    this.append(this.voice);
  }

  say(text) {
    this.voice.textContent = text;
  }
}

function isPlainClick(event) {
  const isOther = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  return !event.defaultPrevented && !event.button && !isOther;
}

/** The tools of the page are for a map that runs; without it the page works by itself. */
function setTools(isRunning) {
  const set = (selector, hidden) => {
    for (const part of document.querySelectorAll(selector)) part.hidden = hidden;
  };
  set("[data-map-tools], [data-map-script-only]", !isRunning);
  set("[data-map-no-script]", isRunning);
}

customElements.define("network-map", NetworkMap);
