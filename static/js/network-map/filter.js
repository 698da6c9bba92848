// Who is shown, which ties count, and the numbers beside the choices. No DOM.

import { isFound, searchable, searchWords } from "../shared/search.js";
import { FRESH, STATUSES } from "./model.js";
import { adjacency, existsIn, within } from "./paths.js";

/**
 * @typedef {object} Shown
 * @property {Uint8Array} actors 1 for every actor that is drawn
 * @property {Uint8Array} rows 1 for every recorded tie that passes the filters of ties
 * @property {number} count of actors drawn
 */

/** @returns {Shown} */
export function applyFilters(model, state) {
  const tests = actorTests(model, state);
  const actors = Uint8Array.from(
    model.actors,
    (actor) => +Object.values(tests).every((t) => t(actor)),
  );
  const rows = passingRows(model, tieTests(model, state));
  if (state.steps && state.actor) keepNear(model, state, actors, rows);
  return { actors, rows, count: actors.reduce((sum, one) => sum + one, 0) };
}

/** Leave the picked actor, and of the others those that are as many existing ties away. */
function keepNear(model, state, actors, rows) {
  const start = model.indexOf.get(state.actor);
  if (start === undefined) return;
  const reachable = actors.slice();
  reachable[start] = 1;
  const near = adjacency(model, existsIn(model, { actors: reachable, rows }));
  const kept = within(near, start, state.steps);
  for (let i = 0; i < actors.length; i += 1) actors[i] = +kept.has(i);
}

/** With how many shown others each actor works, over ties that pass. */
export function shownDegrees(model, shown) {
  const degrees = new Uint32Array(model.count);
  for (const pair of model.pairs.filter(existsIn(model, shown))) {
    degrees[pair.a] += 1;
    degrees[pair.b] += 1;
  }
  return degrees;
}

/** The index of the actor meant by a name that somebody typed, the shortest name first; or -1. */
export function actorCalled(model, typed) {
  const words = searchWords(typed);
  if (!words.length) return -1;
  const found = model.byName.filter((i) => isFound(words, searchableOf(model.actors[i])));
  const length = (i) => [...model.actors[i].name].length;
  return found.reduce((best, i) => (best < 0 || length(i) < length(best) ? i : best), -1);
}

const SEARCHED = new WeakMap();

/** What a search is compared with, made once for each actor. */
function searchableOf(actor) {
  if (!SEARCHED.has(actor)) SEARCHED.set(actor, searchable(actor.name, actor.other));
  return SEARCHED.get(actor);
}

// ── Actors ───────────────────────────────────────────────────────────────────────────────────────

/** One test per group of filters in use, by the key of the address. */
function actorTests(model, state) {
  const tests = {};
  const add = (key, list, has) => {
    if (!state[key].length) return;
    const chosen = indexes(list, state[key]);
    tests[key] = (actor) => chosen.some((index) => has(actor, index));
  };
  add("sector", model.sectors, (actor, index) => actor.sector === index);
  add("role", model.roles, (actor, index) => actor.roles.includes(index));
  add("issue", model.issues, (actor, index) => actor.issues.includes(index));
  add("collaborative", model.collaboratives, (actor, index) =>
    actor.collaboratives.includes(index),
  );
  add("fresh", FRESH, (actor, index) => actor.fresh === index);
  if (state.color !== "skill") {
    add(
      "skill",
      model.competencies,
      (actor, index) => (actor.skills.get(index) ?? -1) >= state.level,
    );
  }
  const words = searchWords(state.q);
  if (words.length) tests.q = (actor) => isFound(words, searchableOf(actor));
  return tests;
}

function indexes(list, slugs) {
  return slugs.map((slug) => list.findIndex((one) => (one.slug ?? one) === slug));
}

// ── Ties ─────────────────────────────────────────────────────────────────────────────────────────

/** One test of a recorded tie per group of filters in use. */
function tieTests(model, state) {
  const { ties } = model;
  const tests = {};
  if (state.kind.length) {
    const kinds = new Set(indexes(model.kinds, state.kind));
    tests.kind = (row) => kinds.has(ties.kind[row]);
  }
  if (state.strength) tests.strength = (row) => ties.strength[row] >= state.strength;
  if (state.status.length === 1) {
    const wished = state.status[0] === "wished";
    tests.status = (row) => ties.wished[row] === wished;
  }
  return tests;
}

function passingRows(model, tests) {
  const rows = new Uint8Array(model.ties.count);
  const all = Object.values(tests);
  for (let row = 0; row < rows.length; row += 1) rows[row] = +all.every((test) => test(row));
  return rows;
}

// ── Numbers beside the choices ───────────────────────────────────────────────────────────────────

/**
 * For every choice, by "key:value": how many would be shown with it alone in its group and the other
 * groups as they are. Kinds, strengths and statuses count recorded ties between shown actors.
 */
export function countChoices(model, state) {
  const counts = new Map();
  countActors(model, state, counts);
  countTies(model, state, counts);
  return counts;
}

/** Per key, its values with what an actor has of them. */
function actorChoices(model, state) {
  const slugs = (list, of) => [list, of];
  return {
    sector: slugs(model.sectors, (actor) => [actor.sector]),
    role: slugs(model.roles, (actor) => actor.roles),
    issue: slugs(model.issues, (actor) => actor.issues),
    collaborative: slugs(model.collaboratives, (actor) => actor.collaboratives),
    fresh: slugs(FRESH, (actor) => [actor.fresh]),
    skill: slugs(model.competencies, (actor) =>
      [...actor.skills].filter(([, level]) => level >= state.level).map(([skill]) => skill),
    ),
  };
}

function countActors(model, state, counts) {
  const tests = actorTests(model, state);
  const failed = model.actors.map((actor) =>
    Object.keys(tests).filter((key) => !tests[key](actor)),
  );
  for (const [key, [list, of]] of Object.entries(actorChoices(model, state))) {
    const numbers = new Uint32Array(list.length);
    model.actors.forEach((actor, i) => {
      if (failed[i].some((other) => other !== key)) return;
      for (const index of of(actor)) numbers[index] += 1;
    });
    list.forEach((one, index) => counts.set(`${key}:${one.slug ?? one}`, numbers[index]));
  }
}

function countTies(model, state, counts) {
  const { ties } = model;
  const actors = Object.values(actorTests(model, state));
  const shown = model.actors.map((actor) => actors.every((test) => test(actor)));
  const tests = tieTests(model, state);
  const add = (key, value) =>
    counts.set(`${key}:${value}`, (counts.get(`${key}:${value}`) ?? 0) + 1);
  const passes = (row, but) => Object.keys(tests).every((key) => key === but || tests[key](row));
  for (const kind of model.kinds) counts.set(`kind:${kind.slug}`, 0);
  for (const status of STATUSES) counts.set(`status:${status}`, 0);
  for (let least = 1; least <= 4; least += 1) counts.set(`strength:${least}`, 0);
  for (let row = 0; row < ties.count; row += 1) {
    if (!shown[ties.a[row]] || !shown[ties.b[row]]) continue;
    if (passes(row, "kind") && model.kinds[ties.kind[row]])
      add("kind", model.kinds[ties.kind[row]].slug);
    if (passes(row, "status")) add("status", STATUSES[+ties.wished[row]]);
    if (!passes(row, "strength")) continue;
    for (let least = 1; least <= ties.strength[row]; least += 1) add("strength", least);
  }
}
