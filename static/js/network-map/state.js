// The view of a map as a state, and that state as an address. No DOM.

import { ARRANGEMENTS, FRESH, STATUSES } from "./model.js";

const LONGEST_SEARCH = 200;
const LONGEST_WORD = 80;
export const DEFAULT_LEVEL = 2;

/** One value of a fixed list; the first is the default, left out of the address. */
function choice(...values) {
  return {
    empty: values[0],
    knows: (value) => values.includes(value),
    read: (kept) => kept.at(-1),
    write: (value) => (value === values[0] ? [] : [value]),
  };
}

/** A whole number between two, or none. */
function number(least, most, otherwise = 0) {
  return {
    empty: otherwise,
    knows: (value, known) =>
      /^\d$/.test(value) && +value >= least && +value <= most && (!known || known.has(value)),
    read: (kept) => +kept.at(-1),
    write: (value) => (value === otherwise ? [] : [String(value)]),
  };
}

/** Any number of values that a fixed list or the vocabulary knows. */
function several(fixed) {
  return {
    empty: Object.freeze([]),
    knows: (value, known) => (fixed ? fixed.includes(value) : !known || known.has(value)),
    read: (kept) => [...new Set(kept)],
    write: (values) => values,
  };
}

/** The slug of an actor. */
function oneActor() {
  return {
    empty: "",
    knows: (value, known) => !known || known.has(value),
    read: (kept) => kept.at(-1),
    write: (value) => (value ? [value] : []),
  };
}

/** What somebody typed. */
function typed() {
  const cut = (value) => [...value.replaceAll("\0", "").trim()].slice(0, LONGEST_SEARCH).join("");
  return {
    empty: "",
    knows: (value) => cut(value) !== "",
    read: (kept) => cut(kept.at(-1)),
    write: (value) => (value ? [value] : []),
  };
}

/** A word whose meaning only the server knows; it notes those it does not. */
function serverWord() {
  return {
    empty: "",
    knows: (value) => value.length <= LONGEST_WORD && !value.includes("\0"),
    read: (kept) => kept.at(-1),
    write: (value) => (value ? [value] : []),
  };
}

/** What a lens asks for besides; without meaning for any other lens. */
const LENS_KEYS = ["a", "b", "table"];

/** Every key of the address, in the order in which it is written. */
const KEYS = {
  view: choice("network", "places", "matrix"),
  by: choice(...ARRANGEMENTS),
  color: choice("sector", "skill", "group"),
  sector: several(),
  role: several(),
  skill: several(),
  level: number(1, 3, DEFAULT_LEVEL),
  issue: several(),
  kind: several(),
  strength: number(1, 4),
  status: several(STATUSES),
  fresh: several(FRESH),
  collaborative: several(),
  q: typed(),
  actor: oneActor(),
  to: oneActor(),
  steps: number(1, 2),
  lens: serverWord(),
  ...Object.fromEntries(LENS_KEYS.map((key) => [key, serverWord()])),
  sort: choice("ties", "name", "sector"),
};

/** The keys that decide who is shown and which ties count. */
export const FILTERS = [
  "sector",
  "role",
  "skill",
  "level",
  "issue",
  "kind",
  "strength",
  "status",
  "fresh",
  "collaborative",
  "q",
];

/** The view of an address without a query. */
export function emptyState() {
  return Object.fromEntries(Object.entries(KEYS).map(([key, kind]) => [key, kind.empty]));
}

/**
 * The state an address asks for.
 *
 * @param {string} query with or without "?"
 * @param {object} [vocabulary] known slugs by key, as `Model.vocabulary`
 * @returns {{state: object, ignored: {key: string, value: string}[]}} unknown values are left out
 *   of the state and listed; keys that are not ours are passed over.
 */
export function parseState(query, vocabulary = {}) {
  const { state, ignored } = parseKeys(new URLSearchParams(query), vocabulary);
  return { state: settled(state), ignored };
}

function parseKeys(given, vocabulary) {
  const state = emptyState();
  const ignored = [];
  for (const [key, kind] of Object.entries(KEYS)) {
    const values = given.getAll(key).filter(Boolean);
    const known = vocabulary[key === "to" ? "actor" : key];
    const kept = values.filter((value) => kind.knows(value, known));
    if (kept.length) state[key] = kind.read(kept);
    for (const value of new Set(values)) if (!kept.includes(value)) ignored.push({ key, value });
  }
  return { state, ignored };
}

/** The query of a state, without "?"; empty for the default view. */
export function toQuery(state) {
  const query = new URLSearchParams();
  const kept = settled(state);
  for (const [key, kind] of Object.entries(KEYS)) {
    for (const value of kind.write(kept[key])) query.append(key, value);
  }
  return query.toString();
}

/**
 * The state after a change written as a query: "by=ties"; "actor=" lets go; "!filters" clears all
 * filters; another lens forgets what the one before asked for. Keys that it does not name stay.
 */
export function changed(state, change, vocabulary = {}) {
  const given = new URLSearchParams(change);
  const cleared = [
    ...given.keys(),
    ...(given.has("!filters") ? clearedFilters(state) : []),
    ...(given.has("lens") ? LENS_KEYS : []),
  ];
  const kept = Object.keys(KEYS).filter((key) => !cleared.includes(key));
  const asked = parseKeys(given, vocabulary).state;
  return settled({ ...asked, ...Object.fromEntries(kept.map((key) => [key, state[key]])) });
}

/** A skill that colors or is asked about filters nobody: it stays. */
function clearedFilters(state) {
  const keepsSkill = state.color === "skill" || state.lens;
  return [...FILTERS.filter((key) => key !== "skill" || !keepsSkill), "steps"];
}

/** Take the filters from a form's fields; every filter that the form does not offer stays. */
export function withFields(state, entries, offered, vocabulary) {
  const change = new URLSearchParams();
  for (const key of offered) if (key in KEYS) change.append(key, "");
  for (const [key, value] of entries) if (key in KEYS) change.append(key, value);
  return changed(state, change, vocabulary);
}

/** Whether two states show the same, key by key. */
export function sameState(one, other) {
  return toQuery(one) === toQuery(other);
}

/** Where a path leads and how many steps are shown mean nothing without a picked actor. */
function settled(state) {
  if (state.actor) return state;
  return { ...state, to: "", steps: 0 };
}
