// The data of a map as actors, ties and neighbors. No DOM.

import { clean, fold } from "../shared/text.js";

export const FRESH = ["fresh", "ageing", "stale", "never"];
export const STATUSES = ["existing", "wished"];
export const ARRANGEMENTS = ["sector", "ties", "group"];

/**
 * @typedef {object} Actor
 * @property {number} index
 * @property {string} name in one line, without control characters
 * @property {number} sector index
 * @property {boolean} visitor at home elsewhere
 * @property {number[]} neighbors indexes of the others it works with, sorted by name
 *
 * With the rest of the data also `slug`, `roles`, `issues`, `collaboratives` (indexes), `group` (number or
 * null), `skills` (level by competency; absent: nobody asked), `fresh` (index), `other` names.
 *
 * @typedef {object} Pair Two actors with all that is recorded between them.
 * @property {number} a
 * @property {number} b
 * @property {number} look one of LINE
 * @property {number[]} rows indexes of the recorded ties; none before the rest of the data is there
 */

/** How the line between two actors is drawn: both sides confirm a tie, one exists, one is wished. */
export const LINE = { SURE: 0, LIGHT: 1, WISHED: 2 };

/** A map's data in two parts: what the first picture shows, and the rest. See README.md. */
export class Model {
  /** @param {object} data the first part */
  constructor(data) {
    const { actors = {} } = data;
    this.isWhole = false;
    this.version = data.version ?? "";
    this.city = data.city ?? { slug: "", name: "" };
    this.asOf = data.as_of ?? "";
    this.url = data.url ?? "";
    this.sectors = data.sectors ?? [];
    this.districts = { sector: data.districts ?? [] };
    this.places = { sector: readPlaces(actors) };
    this.actors = (actors.name ?? []).map((_name, i) => readActor(actors, i));
    this.pairs = readPairs(data.near ?? [], data.looks ?? [], this.actors.length);
    this.connect();
  }

  /** Take in the rest. */
  complete(data) {
    for (const key of ["roles", "competencies", "kinds", "issues", "collaboratives"]) {
      this[key] = data[key] ?? [];
    }
    this.districts.group = data.groups ?? [];
    for (const [by, places] of Object.entries(data.places ?? {})) {
      this.places[by] = readPlaces(places);
    }
    for (const actor of this.actors) Object.assign(actor, readRest(data.actors ?? {}, actor));
    this.indexOf = new Map(this.actors.map((actor) => [actor.slug, actor.index]));
    this.ties = readTies(data.ties ?? {}, this.pairs);
    this.isWhole = true;
    return this;
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
      if (pair.look === LINE.WISHED) continue;
      this.actors[pair.a].neighbors.push(pair.b);
      this.actors[pair.b].neighbors.push(pair.a);
    }
    for (const actor of this.actors) actor.neighbors.sort((a, b) => rank[a] - rank[b]);
    const degree = (actor) => this.actors[actor].neighbors.length;
    this.byDegree = [...this.byName].sort((a, b) => degree(b) - degree(a));
  }
}

/** Everybody and every tie, as a map shows them that nothing narrows down. */
export function everyone(model) {
  const all = (count) => new Uint8Array(count).fill(1);
  return { actors: all(model.count), rows: all(model.ties?.count ?? 0), count: model.count };
}

/**
 * Indexes of actors by folded name: the order in which the server lists them. Who has the same name
 * stays in the order of the data, which is that of the slugs.
 */
function inOrderOfNames(actors) {
  const keys = actors.map((actor) => fold(actor.name));
  return [...keys.keys()].sort((a, b) => (keys[a] === keys[b] ? 0 : keys[a] < keys[b] ? -1 : 1));
}

/** The other end of a pair. */
export function otherOf(pair, actor) {
  return pair.a === actor ? pair.b : pair.a;
}

function readActor(columns, index) {
  return {
    index,
    name: clean(String(columns.name[index])),
    sector: columns.sector?.[index] ?? 0,
    visitor: Boolean(columns.visitor?.[index]),
    neighbors: [],
  };
}

function readRest(columns, { index, name }) {
  const column = (key, otherwise) => columns[key]?.[index] ?? otherwise;
  const slug = String(column("slug", ""));
  return {
    slug,
    name: name || slug,
    roles: column("roles", []),
    group: groupNumber(column("group", null)),
    skills: new Map(column("skills", [])),
    issues: column("issues", []),
    collaboratives: column("collaboratives", []),
    fresh: column("fresh", 3),
    other: String(column("other", "")),
  };
}

/** Whoever is in no group has none, or a negative number. */
function groupNumber(value) {
  return value === null || value < 0 ? null : value;
}

/** Map units, 0 to 1000. */
function readPlaces({ x = [], y = [] }) {
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** Who has a line to which later actors, each as a step from the one before. */
function readPairs(near, looks, actorCount) {
  const pairs = [];
  near.forEach((steps, a) => {
    let b = a;
    for (const step of steps) {
      b += step;
      if (b < actorCount) pairs.push({ a, b, look: looks[pairs.length] ?? LINE.SURE, rows: [] });
    }
  });
  return pairs;
}

/** The ties as recorded; each pair gets the indexes of its own. */
function readTies(columns, pairs) {
  const ties = { a: [], b: [], kind: [], wished: [], strength: [], confirmed: [] };
  pairs.forEach((pair, number) => {
    for (let more = columns.count?.[number] ?? 0; more > 0; more -= 1) {
      const row = ties.a.length;
      const ends = columns.back[row] ? [pair.b, pair.a] : [pair.a, pair.b];
      pair.rows.push(row);
      ties.a.push(ends[0]);
      ties.b.push(ends[1]);
      ties.kind.push(columns.kind[row]);
      ties.wished.push(columns.status?.[row] === 1);
      ties.strength.push(columns.strength?.[row] ?? 0);
      ties.confirmed.push(columns.confirmed?.[row] ?? 0);
    }
  });
  ties.count = ties.a.length;
  return ties;
}
