// The parts of the page around the map: forms, links, numbers. See README.md.

import { changed, FILTERS, sameState, toQuery, withFields } from "./state.js";

const TYPING = 150; // ms after the last letter

/**
 * @typedef {object} Links Where the page's controls report to.
 * @property {() => object} state now
 * @property {object} vocabulary
 * @property {(state: object, how: {replaces?: boolean}) => boolean} go false: the browser has to go there
 * @property {(name: string) => string} actorCalled the slug of the actor meant by a slug or a name
 * @property {(action: string) => void} act
 */

/** The controls around a map and what they show. */
export class Page {
  /** @param {Links} links @param {AbortSignal} signal */
  constructor(links, words, signal) {
    Object.assign(this, { links, words, signal });
  }

  start() {
    const { signal } = this;
    document.addEventListener("click", (event) => this.onClick(event), { signal });
    document.addEventListener("submit", (event) => this.onSubmit(event), { signal });
    document.addEventListener("change", (event) => this.onChange(event), { signal });
    for (const type of ["pointerover", "focusin"]) {
      document.addEventListener(type, (event) => this.onApproach(event), { signal });
    }
    document.addEventListener("input", (event) => this.onInput(event), { signal });
  }

  end() {
    clearTimeout(this.typing);
  }

  // ── From the page ───────────────────────────────────────────────────────────────────────────────

  onClick(event) {
    const isPlain =
      !event.defaultPrevented &&
      event.button === 0 &&
      !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!isPlain) return;
    const link = event.target.closest?.("a[data-map-set]");
    if (link && this.links.go(this.after(link), {})) event.preventDefault();
    const button = event.target.closest?.("button[data-map-do]");
    if (button) this.links.act(button.dataset.mapDo);
  }

  after(link) {
    return changed(this.links.state(), link.dataset.mapSet, this.links.vocabulary);
  }

  onSubmit(event) {
    const form = event.target.closest("form[data-map-filters], form[data-map-form]");
    if (!form) return;
    const state = this.stateOf(form);
    // A name that nobody has: the server says so.
    const isLost = form.elements.to?.value && !state.to;
    if (!isLost && this.links.go(state, {})) event.preventDefault();
  }

  onChange(event) {
    const form = event.target.form;
    if (!form?.matches("[data-map-filters]") || event.target.type === "search") return;
    this.links.go(this.stateOf(form), {});
  }

  onInput(event) {
    const form = event.target.form;
    if (!form?.matches("[data-map-filters]") || event.target.name !== "q") return;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.links.go(this.stateOf(form), { replaces: true }), TYPING);
  }

  /** Hidden fields repeat the view for a page without scripts; here the view is newer. */
  stateOf(form) {
    const isFilters = form.matches("[data-map-filters]");
    const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden");
    const names = new Set(fields.map((field) => field.name));
    const offered = [...names].filter((name) => !isFilters || FILTERS.includes(name));
    const entries = [...new FormData(form)]
      .filter(([name]) => offered.includes(name))
      .map(([name, value]) => [name, name === "to" ? this.links.actorCalled(value) : value]);
    return withFields(this.links.state(), entries, offered, this.links.vocabulary);
  }

  // ── To the page ─────────────────────────────────────────────────────────────────────────────────

  /**
   * @param {object} now
   * @param {object} now.state
   * @param {import("./filter.js").Shown} now.shown
   * @param {Map<string, number>} now.counts
   */
  show({ model, state, shown, counts }) {
    this.showFields(state);
    this.showLinks();
    this.showCounts(counts);
    this.showSentence(shown.count, model.count);
  }

  showFields(state) {
    for (const field of all("form[data-map-filters] [name]")) {
      const isFilter = FILTERS.includes(field.name) && field.type !== "hidden";
      if (isFilter) setField(field, state[field.name]);
    }
  }

  /** Links say where they lead, so that they can be copied or opened elsewhere. */
  showLinks() {
    const state = this.links.state();
    for (const link of all("a[data-map-set]")) {
      if (!link.closest("tbody")) this.showLink(link);
    }
    for (const link of all("[data-map-tabs] a[data-map-set]")) {
      if (sameState(this.after(link), state)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const part of all("[data-map-address]")) showAddress(part, state);
  }

  showLink(link) {
    link.setAttribute("href", addressOf(this.after(link), new URL(link.href, location.href)));
  }

  /** A thousand links in a table are not worth keeping in step until somebody comes near one. */
  onApproach(event) {
    const link = event.target.closest?.("tbody a[data-map-set]");
    if (link) this.showLink(link);
  }

  showCounts(counts) {
    for (const part of all("[data-count-for]")) {
      const count = counts.get(part.dataset.countFor);
      if (count !== undefined) setText(part, this.words.number(count));
    }
  }

  showSentence(n, total) {
    for (const part of all("[data-map-count]")) {
      const { one, other, none, all: every } = part.dataset;
      const form = this.words.plural.select(n) === "one" ? one : other;
      const text = (n === total && every) || (n === 0 && none) || form || "";
      setText(part, this.words.fill(text, { n, all: total }));
    }
  }
}

/** The address of a state on the page itself; a link to a place in the page keeps it. */
export function addressOf(state, { pathname, hash } = location) {
  const query = toQuery(state);
  return pathname + (query && `?${query}`) + (hash ?? "");
}

function all(selector) {
  return document.querySelectorAll(selector);
}

/** Only what is new: a live region would say it again. */
export function setText(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

function setField(field, value) {
  const values = [].concat(value).map((one) => String(one || ""));
  if (field.type === "checkbox" || field.type === "radio")
    field.checked = values.includes(field.value);
  else if (field !== document.activeElement) field.value = values[0] ?? "";
}

function showAddress(part, state) {
  const given = new URL(part.getAttribute("href") ?? part.value ?? "", location.href);
  const address = addressOf(state, { pathname: given.pathname, hash: given.hash });
  if ("href" in part) part.setAttribute("href", address);
  else part.value = new URL(address, location.href).href;
}
