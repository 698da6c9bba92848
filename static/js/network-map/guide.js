// What the map answers: picks, filters, lenses, paths, keys. Fetched with the rest of the data when
// somebody comes near; joins address, page and drawing.

import { actorCalled, applyFilters, countChoices } from "./filter.js";
import { fetchFragment } from "./fragment.js";
import { Legend, legendOf } from "./legend.js";
import { everyone } from "./model.js";
import { addressOf, Page } from "./page.js";
import { Panel } from "./panel.js";
import { adjacency, existsIn, shortestPath } from "./paths.js";
import { Sheet } from "./sheet.js";
import { changed, FILTERS, parseState } from "./state.js";
import { Table } from "./table.js";
import { inNextDistrict, nextInDirection } from "./walk.js";

const ASKING = 150; // ms after the last change until a lens is asked for anew

export class Guide {
  /** @param {HTMLElement} map a <network-map> whose model is whole */
  constructor(map) {
    const { model, words, stage } = map;
    Object.assign(this, { map, model, words, stage });
    this.state = parseState(location.search, model.vocabulary).state;
    this.keepLit(this.listed("lit", map), this.listed("path", map));
  }

  /** What stands beside the map was written by the server for the state in which the page came. */
  start(signal) {
    if (this.map.shown) this.adoptPicture(this.map.shown);
    else this.renderStage();
    this.startPage(signal);
    this.makeSides();
    this.renderPage();
    addEventListener("popstate", () => this.onReturn(), { signal });
  }

  end() {
    this.page.end();
    this.panel.cancel();
    this.table.cancel();
    clearTimeout(this.waitingForLens);
    this.askingLens?.abort();
  }

  /** The first picture shows everybody; nothing of it has to be drawn anew. */
  adoptPicture(shown) {
    this.shown = Object.assign(shown, everyone(this.model));
    this.focus = this.focusOf();
  }

  startPage(signal) {
    const links = {
      state: () => this.state,
      vocabulary: this.model.vocabulary,
      go: (state, how) => this.go(state, how),
      actorCalled: (name) => this.slugOf(name),
      act: (action) => this.act(action),
    };
    this.page = new Page(links, this.words, signal);
    this.page.start();
    document.addEventListener("map-details", () => this.onPanel(), { signal });
  }

  makeSides() {
    const asksServer = !this.isEmbedded;
    const aside = document.getElementById("map-details");
    this.legendList = new Legend(this.words);
    this.panel = new Panel(aside, this.model, this.words, asksServer);
    this.table = new Table(this.words, asksServer, () => this.page.showLinks());
    this.panel.adopt(this.state);
    this.table.adopt(this.model, this.state);
  }

  get isEmbedded() {
    return this.map.hasAttribute("data-embed");
  }

  /** Inside somebody else's page a profile opens outside of it. */
  get profileTarget() {
    return this.isEmbedded ? "_blank" : "_self";
  }

  // ── State ───────────────────────────────────────────────────────────────────────────────────────

  /**
   * Go to another state.
   *
   * @param {object} state
   * @param {object} how
   * @param {boolean} [how.replaces] takes the place of this one in the history
   * @returns {boolean} false when only the server can show it
   */
  go(state, { replaces = false } = {}) {
    if (state.view !== "network") return false;
    const before = this.state;
    this.state = this.isPickingEnd ? this.asPathEnd(state) : state;
    this.keepAddress(replaces);
    if (lensKey(this.state) !== lensKey(before)) this.askLens();
    this.render();
    this.sayChange(before);
    return true;
  }

  keepAddress(replaces) {
    if (this.isEmbedded) return;
    const address = addressOf(this.state, { pathname: location.pathname, hash: "" });
    if (address === location.pathname + location.search) return;
    history[replaces ? "replaceState" : "pushState"](null, "", address);
  }

  change(query, how) {
    return this.go(changed(this.state, query, this.model.vocabulary), how);
  }

  onReturn() {
    const { state } = parseState(location.search, this.model.vocabulary);
    if (state.view !== "network") return location.reload();
    const before = this.state;
    this.state = state;
    if (lensKey(state) !== lensKey(before)) this.askLens();
    return this.render();
  }

  render() {
    this.renderStage();
    this.renderPage();
    this.showLegend();
    this.table.show(this.state, this.shown);
    this.panel.show(this.state);
  }

  renderStage() {
    this.shown = applyFilters(this.model, this.state);
    this.focus = this.focusOf();
    this.stage.show(this.state, this.shown, this.focus);
  }

  renderPage() {
    const { model, state, shown } = this;
    this.page.show({ model, state, shown, counts: countChoices(model, state) });
  }

  legend() {
    return legendOf(this.model, this.state, this.stage.palette, this.shown.actors, this.words);
  }

  showLegend() {
    this.legendList.show(this.model, this.state, this.legend());
  }

  /** The panel has other content: its links and its legend follow the view. */
  onPanel() {
    this.page.showLinks();
    this.showLegend();
  }

  // ── Who is spoken of ────────────────────────────────────────────────────────────────────────────

  get picked() {
    return this.model.indexOf.get(this.state.actor) ?? -1;
  }

  /** A path of which somebody is filtered out is none; the others on it are lit. */
  focusOf() {
    const visible = (actor) => actor >= 0 && this.shown.actors[actor];
    const path = this.pathNow();
    const isWhole = path.every(visible);
    return {
      picked: visible(this.picked) ? this.picked : -1,
      path: isWhole ? path : [],
      lit: new Set([...this.lit, ...(isWhole ? [] : path)].filter(visible)),
    };
  }

  /** From the picked actor to another over drawn ties; else the one a lens speaks of. */
  pathNow() {
    const end = this.model.indexOf.get(this.state.to);
    if (end === undefined) return this.litPath;
    return shortestPath(adjacency(this.model, existsIn(this.model, this.shown)), this.picked, end);
  }

  /** Actors listed by slug in an attribute. */
  listed(attribute, element) {
    try {
      const slugs = JSON.parse(element.getAttribute(attribute) || "[]");
      return slugs
        .map((slug) => this.model.indexOf.get(slug))
        .filter((index) => index !== undefined);
    } catch {
      return [];
    }
  }

  /** Of a slug itself; of a name that somebody typed the best match. */
  slugOf(name) {
    const { indexOf, actors } = this.model;
    return indexOf.has(name) ? name : (actors[actorCalled(this.model, name)]?.slug ?? "");
  }

  pick(actor, how) {
    const slug = actor < 0 ? "" : this.model.actors[actor].slug;
    return this.change(`actor=${encodeURIComponent(slug)}&to=`, how);
  }

  // ── Lenses ──────────────────────────────────────────────────────────────────────────────────────

  /** A lens is the server's: it says the sentence and names whom to light up. */
  askLens() {
    clearTimeout(this.waitingForLens);
    this.askingLens?.abort();
    if (!this.state.lens) [this.lit, this.litPath] = [[], []];
    this.waitingForLens = setTimeout(() => this.fetchLens(), ASKING);
  }

  /** A page that has no such fragment can still answer as a whole. */
  async fetchLens() {
    this.askingLens = new AbortController();
    const { signal } = this.askingLens;
    const target = document.getElementById("map-lens");
    const address = addressOf(this.state);
    try {
      const nodes = target && (await fetchFragment(address, target.id, signal));
      if (nodes && !signal.aborted) this.showLens(target, nodes);
      else if (!nodes && this.state.lens) location.assign(address);
    } catch {
      // Offline or interrupted: what was lit before stays.
    }
  }

  showLens(target, nodes) {
    target.replaceChildren(...nodes);
    const lit = target.querySelector("[data-lit]");
    const path = target.querySelector("[data-path]");
    this.light(lit ? this.listed("data-lit", lit) : [], path ? this.listed("data-path", path) : []);
    this.page.showLinks();
  }

  /** The path to another actor is found here, as it changes; a lens may speak of another one. */
  keepLit(lit, path) {
    this.lit = lit;
    this.litPath = this.state.to ? [] : path;
  }

  light(lit, path) {
    this.keepLit(lit, path);
    this.focus = this.focusOf();
    this.stage.show(this.state, this.shown, this.focus);
  }

  // ── Pointer, keys, buttons ──────────────────────────────────────────────────────────────────────

  pickAt(x, y, reach) {
    const actor = this.stage.at(x, y, reach);
    if (actor < 0 && !this.state.actor) return;
    this.pick(actor);
  }

  walk(direction) {
    const { actors } = this.shown;
    const from = this.walker;
    if (from < 0) this.walkTo(this.model.byDegree.find((actor) => actors[actor]) ?? -1);
    else this.walkTo(nextInDirection(this.stage.target, actors, from, direction));
  }

  walkDistrict(step) {
    const { model, stage, shown, walker } = this;
    this.walkTo(inNextDistrict(model, stage.target, shown.actors, walker, step));
  }

  /** Where arrow keys start: the picked actor, or the end of the path while that is looked for. */
  get walker() {
    const end = this.isPickingEnd ? this.model.indexOf.get(this.state.to) : undefined;
    return end ?? this.picked;
  }

  /** Steps of a walk are one entry of the history. */
  walkTo(actor) {
    if (actor < 0) return;
    const looksForEnd = this.isPickingEnd;
    this.pick(actor, { replaces: looksForEnd ? Boolean(this.state.to) : this.picked >= 0 });
    this.isPickingEnd = looksForEnd;
    this.stage.reveal(actor);
  }

  /** Enter ends the search for a path's end, else opens the profile. */
  open() {
    if (this.isPickingEnd && this.state.to) this.isPickingEnd = false;
    else if (this.picked >= 0) window.open(this.model.urlOf(this.picked), this.profileTarget);
  }

  letGo() {
    const leavesPath = this.isPickingEnd || this.state.to;
    this.isPickingEnd = false;
    if (leavesPath) this.change("to=");
    else this.pick(-1);
  }

  act(action) {
    const actions = {
      png: () => this.download(),
      copy: () => this.copyLink(),
      path: () => this.pickEnd(),
      "let-go": () => this.letGo(),
    };
    actions[action]?.();
  }

  /** While the end of a path is looked for, picking somebody else means that end. */
  asPathEnd(state) {
    if (!state.actor || state.actor === this.state.actor) return state;
    this.isPickingEnd = false;
    return { ...state, actor: this.state.actor, to: state.actor };
  }

  pickEnd() {
    this.isPickingEnd = true;
    this.stage.canvas.focus();
    this.say(this.words.say("pathPick"));
  }

  async copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.say(this.words.say("copied"));
    } catch {
      // Not allowed here; the address bar says the same.
    }
  }

  async download() {
    this.stage.drawNow();
    const sheet = new Sheet(this.stage.renderer, {
      title: this.words.say("map"),
      day: this.words.say("asOf", { day: dayIn(this.words.language, this.model.asOf) }),
      legend: this.legend(),
    });
    const blob = await sheet.toBlob();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.model.city.slug}-map.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // ── Voice ───────────────────────────────────────────────────────────────────────────────────────

  say(text) {
    this.map.say(text);
  }

  sayChange(before) {
    const { state, words } = this;
    if (state.to && state.to !== before.to) this.sayPath();
    else if (state.actor !== before.actor) this.sayPicked();
    else if (state.by !== before.by) this.say(words.of("arranged", state.by));
    else if (!document.querySelector("[data-map-count]")) {
      this.say(words.say("shown", { n: this.shown.count, all: this.model.count }));
    }
  }

  sayPicked() {
    this.say(this.picked < 0 ? this.words.say("released") : this.spoken(this.picked));
  }

  spoken(index) {
    const { name, sector, neighbors } = this.model.actors[index];
    return this.words.say("spoken", {
      name,
      sector: this.model.sectors[sector]?.label ?? "",
      ties: this.words.say("ties", { n: neighbors.length }),
    });
  }

  /** Whoever looks for an end by keys hears whom they have come to, whether or not a path leads there. */
  sayPath() {
    const names = this.focus.path.map((actor) => this.model.actors[actor].name);
    const end = this.model.indexOf.get(this.state.to);
    this.say(names.length ? names.join(" → ") : `${this.spoken(end)}. ${this.words.say("noPath")}`);
  }
}

/** What an answer to a lens depends on. */
function lensKey(state) {
  const keys = ["lens", "a", "b", "table", "actor", ...FILTERS];
  return state.lens && JSON.stringify(keys.map((key) => state[key]));
}

function dayIn(language, day) {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return day;
  return date.toLocaleDateString(language, { year: "numeric", month: "long", day: "numeric" });
}
