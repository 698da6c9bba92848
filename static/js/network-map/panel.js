// The details of the picked actor: made from the data at once, then the server's fuller words.

import { fetchFragment } from "./fragment.js";
import { addressOf } from "./page.js";
import { lineSign, sectorMark } from "./signs.js";
import { changed, toQuery } from "./state.js";
import { lineOfKind, WISHED_LINE } from "./style.js";

const NAMES_SHOWN = 5;
const WALKING = 250; // ms somebody has to stay with an actor before the server is asked

export class Panel {
  /** @param {HTMLElement | null} aside @param {boolean} asksServer */
  constructor(aside, model, words, asksServer) {
    Object.assign(this, { aside, model, words, asksServer });
    this.idle = null;
    this.shown = "";
    this.written = "";
  }

  /** What stands there now: the server has written it for this state. */
  adopt(state) {
    this.shown = state.actor;
    this.written = keyOf(state);
    if (this.aside && !state.actor) this.idle = [...this.aside.childNodes];
  }

  /** Show the picked actor, or how to read the picture. */
  show(state) {
    if (!this.aside || keyOf(state) === this.written) return;
    this.written = keyOf(state);
    this.cancel();
    if (state.actor !== this.shown) {
      if (state.actor) this.put(this.made(state));
      else if (this.idle) this.put(this.idle);
      this.shown = state.actor;
    }
    this.askSoon(state);
  }

  cancel() {
    clearTimeout(this.waiting);
    this.asking?.abort();
  }

  askSoon(state) {
    if (this.asksServer) this.waiting = setTimeout(() => this.ask(state), WALKING);
  }

  /** Without an answer the panel stays as it is: it is true, only shorter. */
  async ask(state) {
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const nodes = await fetchFragment(addressOf(state), this.aside.id, signal);
      if (nodes && !signal.aborted) this.put(nodes);
      if (nodes && !state.actor) this.idle = nodes;
    } catch {
      // Offline or interrupted.
    }
  }

  /** Whoever read the panel by keyboard goes on at its heading. */
  put(nodes) {
    const hadFocus = this.aside.contains(document.activeElement);
    this.aside.replaceChildren(...nodes);
    this.aside.dispatchEvent(new CustomEvent("map-details", { bubbles: true }));
    if (!hadFocus) return;
    const heading = this.aside.querySelector("h2") ?? this.aside;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  // ── From the data ───────────────────────────────────────────────────────────────────────────────

  made(state) {
    const actor = this.model.actors[this.model.indexOf.get(state.actor)];
    if (!actor) return [];
    return [
      this.head(actor),
      make("h2", "", this.name(actor)),
      this.ties(actor),
      ...this.groups(actor, state),
      this.controls(actor, state),
    ];
  }

  head(actor) {
    const sector = this.model.sectors[actor.sector];
    const visitor = actor.visitor ? make("small", "quiet", ` ${this.words.say("visitor")}`) : "";
    return make("p", "map-picked-sector", this.sign(actor), " ", sector?.label ?? "", visitor);
  }

  sign(actor) {
    return sectorMark(this.model.sectors[actor.sector]);
  }

  name(actor) {
    return make("bdi", "", actor.name);
  }

  ties(actor) {
    const n = actor.neighbors.length;
    if (!n) return make("p", "quiet", this.words.say("noTies"));
    const line = make("p", "map-picked-ties");
    line.append(
      make("b", "number", this.words.number(n)),
      " ",
      this.words.say("workingTies", { n }),
    );
    return line;
  }

  /** Its ties by kind and direction, each with whom; wished-for ones at the end. */
  groups(actor, state) {
    const groups = new Map();
    for (const pair of this.model.pairsOf(actor.index)) {
      for (const row of pair.rows) this.collect(groups, actor.index, row);
    }
    return [...groups.values()]
      .sort((a, b) => a.wished - b.wished || b.others.size - a.others.size)
      .flatMap((group) => this.group(group, state));
  }

  collect(groups, actor, row) {
    const { ties, kinds } = this.model;
    const isSource = ties.a[row] === actor;
    const kind = kinds[ties.kind[row]];
    if (!kind) return;
    const wished = ties.wished[row];
    const label = isSource ? kind.label : (kind.reverse ?? kind.label);
    const key = `${wished} ${label}`;
    const group = groups.get(key) ?? { label, wished, kind, others: new Set() };
    group.others.add(isSource ? ties.b[row] : ties.a[row]);
    groups.set(key, group);
  }

  group({ label, wished, kind, others }, state) {
    const wish = wished && this.words.has("wished") ? `${this.words.say("wished")}: ` : "";
    const head = make("h3", "tie-kind");
    const line = lineSign(wished ? WISHED_LINE : lineOfKind(kind.slug));
    head.append(
      line,
      make("span", "", wish + label),
      make("span", "number", this.words.number(others.size)),
    );
    const order = [...others].map((i) => this.model.actors[i]);
    order.sort((a, b) => b.neighbors.length - a.neighbors.length || a.index - b.index);
    const shown = order.length > NAMES_SHOWN + 1 ? NAMES_SHOWN : order.length;
    const parts = [head, this.list(order.slice(0, shown), state)];
    if (shown < order.length) parts.push(this.more(order.slice(shown), state));
    return parts;
  }

  list(actors, state) {
    const list = make("ul", "map-key");
    for (const actor of actors)
      list.append(make("li", "", this.sign(actor), this.link(actor, state)));
    return list;
  }

  more(actors, state) {
    const rest = make("details", "");
    rest.append(
      make("summary", "", this.words.say("more", { n: actors.length })),
      this.list(actors, state),
    );
    return rest;
  }

  link(actor, state) {
    const link = make("a", "", this.name(actor));
    return lead(link, state, `actor=${encodeURIComponent(actor.slug)}&to=`);
  }

  // ── What can be done ────────────────────────────────────────────────────────────────────────────

  controls(actor, state) {
    const controls = make("div", "map-picked-controls");
    if (this.words.has("focus")) controls.append(this.focus(state));
    const actions = make("p", "actions");
    if (this.words.has("pathTo")) actions.append(this.button("path", this.words.say("pathTo")));
    actions.append(this.profile(actor), this.button("let-go", this.words.say("close")));
    controls.append(actions);
    return controls;
  }

  focus(state) {
    const line = make("p", "map-steps");
    line.dataset.mapTabs = "";
    line.append(make("span", "", `${this.words.say("focus")} `));
    for (const [steps, word] of [
      ["1", "steps1"],
      ["2", "steps2"],
      ["", "stepsAll"],
    ]) {
      const link = lead(make("a", "button", this.words.say(word)), state, `steps=${steps}`);
      if (String(state.steps || "") === steps) link.setAttribute("aria-current", "true");
      line.append(link, " ");
    }
    return line;
  }

  profile(actor) {
    const link = make("a", "button", this.words.say("profile"));
    link.href = this.model.urlOf(actor.index);
    return link;
  }

  button(action, label) {
    const button = make("button", "button", label);
    button.type = "button";
    button.dataset.mapDo = action;
    return button;
  }
}

function lead(link, state, change) {
  link.dataset.mapSet = change;
  link.setAttribute("href", addressOf(changed(state, change), { pathname: location.pathname }));
  return link;
}

/** What the panel depends on: for an actor its path and steps too, not how the map is arranged. */
function keyOf(state) {
  return toQuery({
    ...state,
    view: "network",
    by: "sector",
    sort: "ties",
    lens: "",
    a: "",
    b: "",
    table: "",
  });
}

/** An element with text or elements in it; never markup from a text. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== ""));
  return element;
}
