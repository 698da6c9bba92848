// The table beside the picture: exactly the drawn set, and whom they work with.

import { fetchFragment } from "./fragment.js";
import { shownDegrees } from "./filter.js";
import { addressOf, setText } from "./page.js";
import { FILTERS } from "./state.js";

const SETTLING = 350; // ms after the last change until the server is asked for whole rows
const KEPT = 12; // tables that the server wrote, for whoever goes back

/**
 * Hides, sorts and counts the rows at hand at once. Then the server writes the table anew: whom an
 * actor works with depends on the filters, and a large map's table comes in pages.
 */
export class Table {
  /** @param {boolean} asksServer @param {() => void} onNew after the server has written it anew */
  constructor(words, asksServer, onNew) {
    Object.assign(this, { words, asksServer, onNew });
    this.section = document.getElementById("table");
    this.answers = new Map();
    this.read();
  }

  /** Learn which rows there are. */
  read() {
    this.table = document.querySelector("[data-map-table]");
    this.rows = new Map();
    for (const row of this.table?.querySelectorAll("[data-actor]") ?? []) {
      this.rows.set(row.dataset.actor, row);
    }
    this.sorted = this.table?.querySelector("[aria-sort]")?.dataset.mapSort ?? null;
  }

  /** What stands there now: the server has written it for this state. */
  adopt(model, state) {
    this.model = model;
    this.written = keyOf(state);
    this.keep(copies(this.section?.childNodes ?? []));
    this.markPicked(state);
  }

  cancel() {
    clearTimeout(this.waiting);
    this.asking?.abort();
  }

  show(state, shown) {
    if (!this.table) return undefined;
    this.markPicked(state);
    if (keyOf(state) === this.written) return undefined;
    this.written = keyOf(state);
    this.cancel();
    const answer = this.answers.get(this.written);
    if (answer) return this.put(answer, state);
    const degrees = shownDegrees(this.model, shown);
    this.showRows(shown, degrees);
    this.sort(state.sort, degrees);
    return this.askSoon(state);
  }

  showRows(shown, degrees) {
    for (const actor of this.model.actors) {
      const row = this.rows.get(actor.slug);
      if (!row) continue;
      const hidden = !shown.actors[actor.index];
      if (row.hidden !== hidden) row.hidden = hidden;
      const ties = hidden ? null : row.querySelector("[data-map-ties]");
      if (ties) setText(ties, this.words.number(degrees[actor.index]));
    }
  }

  markPicked({ actor }) {
    if (this.picked === actor) return;
    this.rows.get(this.picked)?.removeAttribute("aria-current");
    this.rows.get(actor)?.setAttribute("aria-current", "true");
    this.picked = actor;
  }

  sort(by, degrees) {
    const rows = orderOf(this.model, by, degrees)
      .map((i) => this.rows.get(this.model.actors[i].slug))
      .filter(Boolean);
    const isInOrder = this.sorted === by && by !== "ties";
    if (!isInOrder) rows[0]?.parentElement.append(...rows);
    this.sorted = by;
    for (const head of this.table.querySelectorAll("[data-map-sort]")) {
      if (head.dataset.mapSort !== by) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", by === "ties" ? "descending" : "ascending");
    }
  }

  // ── From the server ─────────────────────────────────────────────────────────────────────────────

  askSoon(state) {
    if (!this.asksServer || !this.section) return;
    this.waiting = setTimeout(() => this.ask(state), SETTLING);
  }

  /** Without an answer the rows at hand stay, hidden and sorted as they are. */
  async ask(state) {
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const nodes = await fetchFragment(addressOf(state), this.section.id, signal);
      if (!nodes || signal.aborted) return;
      this.keep(nodes);
      this.put(nodes, state);
    } catch {
      // Offline or interrupted.
    }
  }

  /** What the server wrote for the state on show; the oldest goes. */
  keep(nodes) {
    this.answers.set(this.written, nodes);
    if (this.answers.size > KEPT) this.answers.delete(this.answers.keys().next().value);
  }

  /** Whoever sorted by keyboard stays at the heading. */
  put(nodes, state) {
    const head = this.section.contains(document.activeElement)
      ? document.activeElement.closest("[data-map-sort]")?.dataset.mapSort
      : null;
    this.section.replaceChildren(...copies(nodes));
    this.read();
    for (const row of this.rows.values()) row.removeAttribute("aria-current");
    this.picked = "";
    this.markPicked(state);
    if (head)
      this.table?.querySelector(`[data-map-sort="${head}"] a`)?.focus({ preventScroll: true });
    this.onNew();
  }
}

/** What is kept stays as it came, whatever becomes of the rows on the page. */
function copies(nodes) {
  return Array.from(nodes, (node) => node.cloneNode(true));
}

/** What the table depends on. */
function keyOf(state) {
  const kept = [...FILTERS, "color", "steps", "sort", ...(state.steps ? ["actor"] : [])];
  return JSON.stringify(kept.map((key) => state[key]));
}

function orderOf(model, by, degrees) {
  if (by === "name") return model.byName;
  if (by === "ties") return [...model.byName].sort((a, b) => degrees[b] - degrees[a]);
  return [...model.byName].sort((a, b) => model.actors[a].sector - model.actors[b].sector);
}
