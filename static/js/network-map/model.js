// The data of a map as actors, ties and neighbors. No DOM.

import { clean, fold, searchable } from "../shared/text.js";

export const FRESH = ["fresh", "ageing", "stale", "never"];
export const STATUSES = ["existing", "wished"];
export const ARRANGEMENTS = ["sector", "ties", "group"];

/**
 * @typedef {object} Actor
 * @property {number} index
 * @property {string} slug
 * @property {string} name in one line, without control characters
 * @property {number} sector index
 * @property {boolean} visitor at home elsewhere
 * @property {Map<number, number>} skills level by competency; absent: nobody asked
 * @property {number[]} neighbors indexes of the others it works with, sorted by name
 *
 * @typedef {object} Pair Two actors with all that is recorded between them.
 * @property {number} a
 * @property {number} b
 * @property {number[]} rows indexes of the recorded ties
 */

/** A map's data, read once. Rows that point nowhere are left out. */
export class Model {
  constructor(data) {
    const { actors = {}, ties = {} } = data;
    this.city = data.city ?? { slug: "", name: "" };
    this.asOf = data.as_of ?? "";
    this.url = data.url ?? "";
    this.sectors = data.sectors ?? [];
    this.roles = data.roles ?? [];
    this.competencies = data.competencies ?? [];
    this.kinds = data.kinds ?? [];
    this.issues = data.issues ?? [];
    this.collaboratives = data.collaboratives ?? [];
    this.districts = data.districts ?? {};
    this.places = readPlaces(actors);
    this.actors = (actors.slug ?? []).map((_slug, i) => readActor(actors, i));
    this.indexOf = new Map(this.actors.map((actor) => [actor.slug, actor.index]));
    this.ties = readTies(ties, this.actors.length);
    this.pairs = mergeTies(this.ties);
    this.connect();
  }

  get count() {
    return this.actors.length;
  }

  /** The values that each filter of the address knows; strengths are not everybody's to see. */
  get vocabulary() {
    const slugs = (list) => new Set(list.map((one) => one.slug));
    return {
      sector: slugs(this.sectors),
      role: slugs(this.roles),
      skill: slugs(this.competencies),
      issue: slugs(this.issues),
      kind: slugs(this.kinds),
      collaborative: slugs(this.collaboratives),
      strength: new Set(this.ties.strength.some(Boolean) ? ["1", "2", "3", "4"] : []),
      actor: this.indexOf,
    };
  }

  /** The pairs an actor is part of. */
  pairsOf(actor) {
    return this.pairsByActor[actor];
  }

  /** An actor's page in this city. */
  urlOf(actor) {
    return `${this.url}${encodeURIComponent(this.actors[actor].slug)}/`;
  }

  connect() {
    this.byName = inOrderOfNames(this.actors);
    const rank = new Uint32Array(this.count);
    this.byName.forEach((actor, place) => (rank[actor] = place));
    this.pairsByActor = this.actors.map(() => []);
    for (const pair of this.pairs) {
      this.pairsByActor[pair.a].push(pair);
      this.pairsByActor[pair.b].push(pair);
      if (pair.rows.every((row) => this.ties.wished[row])) continue;
      this.actors[pair.a].neighbors.push(pair.b);
      this.actors[pair.b].neighbors.push(pair.a);
    }
    for (const actor of this.actors) actor.neighbors.sort((a, b) => rank[a] - rank[b]);
    const degree = (actor) => this.actors[actor].neighbors.length;
    this.byDegree = [...this.byName].sort((a, b) => degree(b) - degree(a));
  }
}

/** Indexes of actors by folded name, then slug: the order in which the server lists them. */
function inOrderOfNames(actors) {
  const keys = actors.map((actor) => [fold(actor.name), actor.slug]);
  const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
  return [...keys.keys()].sort(
    (a, b) => compare(keys[a][0], keys[b][0]) || compare(keys[a][1], keys[b][1]),
  );
}

/** The other end of a pair. */
export function otherOf(pair, actor) {
  return pair.a === actor ? pair.b : pair.a;
}

function readActor(columns, index) {
  const column = (name, otherwise) => columns[name]?.[index] ?? otherwise;
  const name = clean(String(column("name", ""))) || String(column("slug", ""));
  const other = String(column("other", ""));
  let search = null;
  return {
    index,
    slug: column("slug", ""),
    name,
    other,
    sector: column("sector", 0),
    roles: column("roles", []),
    visitor: Boolean(column("visitor", 0)),
    group: groupNumber(column("group", null)),
    skills: new Map(column("skills", [])),
    issues: column("issues", []),
    collaboratives: column("collaboratives", []),
    fresh: column("fresh", 3),
    place: column("place", null),
    neighbors: [],
    get search() {
      search ??= searchable(name, other);
      return search;
    },
  };
}

/** Whoever is in no group has none, or a negative number. */
function groupNumber(value) {
  return value === null || value < 0 ? null : value;
}

/** Map units, 0 to 1000, by arrangement. */
function readPlaces(columns) {
  const places = {};
  for (const by of ARRANGEMENTS) {
    const [x, y] = [columns.x?.[by], columns.y?.[by]];
    if (x && y) places[by] = { x: Float64Array.from(x, tenth), y: Float64Array.from(y, tenth) };
  }
  return places;
}

function tenth(value) {
  return value / 10;
}

function readTies(columns, actorCount) {
  const ties = { a: [], b: [], kind: [], wished: [], strength: [], confirmed: [] };
  (columns.a ?? []).forEach((a, row) => {
    const b = columns.b[row];
    if (a === b || !(a < actorCount) || !(b < actorCount)) return;
    ties.a.push(a);
    ties.b.push(b);
    ties.kind.push(columns.kind[row]);
    ties.wished.push(columns.status?.[row] === 1);
    ties.strength.push(columns.strength?.[row] ?? 0);
    ties.confirmed.push(columns.confirmed?.[row] ?? 0);
  });
  ties.count = ties.a.length;
  return ties;
}

/** @returns {Pair[]} one per two actors, whatever the direction */
function mergeTies(ties) {
  const pairs = new Map();
  for (let row = 0; row < ties.count; row += 1) {
    const a = Math.min(ties.a[row], ties.b[row]);
    const b = Math.max(ties.a[row], ties.b[row]);
    const key = a * 1e6 + b;
    const pair = pairs.get(key);
    if (pair) pair.rows.push(row);
    else pairs.set(key, { a, b, rows: [row] });
  }
  return [...pairs.values()];
}
