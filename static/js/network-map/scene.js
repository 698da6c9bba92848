// What is to be drawn, derived from the model, the state and the filters. No DOM, no canvas.

import { LINE, otherOf } from "./model.js";
import { certainty, isSquare, lineOfKind, painterOf, tieInk, WISHED_LINE } from "./style.js";

/** How an actor is drawn. */
export const LOOK = { HIDDEN: 0, DIM: 1, PLAIN: 2, NAMED: 3 };

const BEND = 0.2; // of a tie toward the middle of its district or of the map
const APART = 0.09; // between two ties of the same actors
const PARALLEL = 3; // ties drawn at most between two actors

const NAME = { wide: 12.5, narrow: 11.5 };
const DISTRICT = { wide: 16, narrow: 13 };
const PILL = { wide: 14, narrow: 13 };
export const NARROW_SCREEN = 560;
const NAMES_PER_DISTRICT = 3;
const NAMES_IN_FOCUS = 26;
const MOST_KEPT_FREE = 60;
const RING = 7.5; // around the picked dot
const FEW = 30;
const ALL_NAMES_FROM = 4; // zoom from which no district is limited any more

/**
 * The whole picture except who is picked. `base` changes identity when the ties or discs do.
 *
 * @param {import("./model.js").Model} model
 * @param {import("./arrangement.js").Arrangement} arrangement
 * @param {import("./filter.js").Shown} shown
 */
export function makeScene(model, state, arrangement, shown, palette) {
  const painter = painterOf(model, state, palette);
  return {
    model,
    palette,
    arrangement,
    shown,
    paints: painter.paints,
    paint: model.actors.map((actor) => painter.paintOf(actor)),
    letter: model.actors.map((actor) => painter.letterOf(actor)),
    square: model.actors.map((actor) => isSquare(model, actor)),
    discs: arrangement.discs.map((disc) => ({
      ...disc,
      letter: arrangement.by === "sector" ? model.sectors[disc.key]?.letter : String(disc.key + 1),
      ...(painter.discColor(arrangement.by, disc.key) ?? {
        color: palette.ink2,
        tint: palette.quiet,
      }),
    })),
    base: baseOf(model, arrangement, shown),
  };
}

/** The same scene with its dots elsewhere, in the middle of a change of arrangement. */
export function movedScene(scene, arrangement, hasTies) {
  const none = new Float32Array(0);
  const base = hasTies
    ? baseOf(scene.model, arrangement, scene.shown)
    : { full: none, light: none, wished: none, ink: 0 };
  return { ...scene, arrangement, discs: [], base };
}

// ── Ties ─────────────────────────────────────────────────────────────────────────────────────────

/** All drawn ties as curves: start, bend and end, six numbers each. */
function baseOf(model, arrangement, shown) {
  const lists = [[], [], []]; // by look
  const pullOf = pulls(model, arrangement);
  for (const pair of model.pairs) {
    const look = lookOf(model, pair, shown);
    if (look < 0) continue;
    lists[look].push(...curve(arrangement, pair.a, pair.b, pullOf(pair.a, pair.b), BEND));
  }
  const [full, light, wished] = lists.map((list) => Float32Array.from(list));
  return { full, light, wished, ink: tieInk((full.length + light.length) / 6) };
}

/** How the line of a pair looks, one of LINE, when only the shown ties count; -1 for no line. */
function lookOf(model, pair, shown) {
  if (!shown.actors[pair.a] || !shown.actors[pair.b]) return -1;
  if (!model.isWhole) return pair.look;
  const rows = drawnRows(pair, shown);
  if (!rows.length) return -1;
  const existing = rows.filter((row) => !model.ties.wished[row]);
  if (!existing.length) return LINE.WISHED;
  const isSure = existing.some((row) => certainty(model.ties.confirmed[row]) === 1);
  return isSure ? LINE.SURE : LINE.LIGHT;
}

function drawnRows(pair, shown) {
  if (!shown.actors[pair.a] || !shown.actors[pair.b]) return [];
  return pair.rows.filter((row) => shown.rows[row]);
}

/** A quadratic curve, its middle bent toward a point; a short tie bends less, or it would curl. */
function curve({ x, y }, a, b, [px, py], bend) {
  const mx = (x[a] + x[b]) / 2;
  const my = (y[a] + y[b]) / 2;
  const length = Math.hypot(x[a] - x[b], y[a] - y[b]);
  const share = Math.min(bend, (1.5 * bend * length) / Math.max(1, Math.hypot(px - mx, py - my)));
  return [x[a], y[a], mx + share * (px - mx), my + share * (py - my), x[b], y[b]];
}

/** Toward which point the tie of two actors bends: the middle of their district, or of the map. */
function pulls(model, { by, box, discs }) {
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const places = new Map(discs.map((disc) => [disc.key, [disc.x, disc.y]]));
  return (a, b) => {
    const one = districtOf(model, by, a);
    return one === districtOf(model, by, b) ? (places.get(one) ?? middle) : middle;
  };
}

function districtOf(model, by, actor) {
  if (by === "ties") return null;
  return by === "group" ? model.actors[actor].group : model.actors[actor].sector;
}

// ── Who is spoken of ─────────────────────────────────────────────────────────────────────────────

/**
 * @typedef {object} Focus
 * @property {number} picked index, -1 for nobody
 * @property {number} hovered index, -1 for nobody
 * @property {number[]} path indexes from the picked actor
 * @property {Set<number>} lit by a lens
 *
 * @typedef {object} Emphasis
 * @property {Uint8Array} look one of LOOK per actor
 * @property {boolean} dims whether the rest steps back
 * @property {object[]} strong ties drawn in the line style of their kind
 * @property {object[]} trail ties of the path
 */

/** @returns {Emphasis} */
export function emphasize(scene, focus) {
  const { shown } = scene;
  const dims = focus.picked >= 0 || focus.lit.size > 0 || focus.path.length > 0;
  const look = Uint8Array.from(shown.actors, (one) =>
    one ? (dims ? LOOK.DIM : LOOK.PLAIN) : LOOK.HIDDEN,
  );
  const raise = (actor) => {
    if (look[actor]) look[actor] = LOOK.NAMED;
  };
  for (const actor of focus.lit) raise(actor);
  for (const actor of focus.path) raise(actor);
  if (focus.picked >= 0) raise(focus.picked);
  const strong = [];
  if (focus.picked >= 0 && !focus.path.length) {
    strong.push(...tiesAround(scene, focus.picked));
    for (const tie of strong) raise(tie.other);
  } else if (focus.lit.size && !focus.path.length) {
    strong.push(...tiesAmong(scene, focus.lit));
  }
  if (focus.hovered >= 0 && focus.hovered !== focus.picked && !dims) {
    strong.push(...tiesAround(scene, focus.hovered));
  }
  return { look, dims, strong, trail: trailOf(scene, focus.path) };
}

/** One line for each kind of tie that an actor has with each other, side by side. */
function tiesAround(scene, actor) {
  return scene.model.pairsOf(actor).flatMap((pair) => linesOf(scene, pair, actor));
}

function linesOf(scene, pair, actor) {
  const { model, shown, arrangement } = scene;
  const lines = new Map();
  for (const row of drawnRows(pair, shown)) {
    const wished = model.ties.wished[row];
    const key = wished ? "wished" : model.ties.kind[row];
    const sure = Math.max(lines.get(key)?.sure ?? 0, certainty(model.ties.confirmed[row]));
    lines.set(key, { wished, kind: model.ties.kind[row], sure });
  }
  const pull = pulls(model, arrangement)(pair.a, pair.b);
  return [...lines.values()].slice(0, PARALLEL).map((line, number) => ({
    other: otherOf(pair, actor),
    curve: curve(arrangement, pair.a, pair.b, pull, BEND + number * APART),
    alpha: line.sure,
    ...(line.wished ? WISHED_LINE : lineOfKind(model.kinds[line.kind]?.slug)),
  }));
}

/** Ties between the actors of a lens, plain. */
function tiesAmong(scene, lit) {
  const { model, shown, arrangement } = scene;
  const pullOf = pulls(model, arrangement);
  return model.pairs
    .filter((pair) => lit.has(pair.a) && lit.has(pair.b) && drawnRows(pair, shown).length)
    .map((pair) => ({
      curve: curve(arrangement, pair.a, pair.b, pullOf(pair.a, pair.b), BEND),
      alpha: 0.75,
      dash: [],
      width: 1.2,
    }));
}

function trailOf(scene, path) {
  const { model, arrangement } = scene;
  const pullOf = pulls(model, arrangement);
  return path
    .slice(1)
    .map((actor, i) => curve(arrangement, path[i], actor, pullOf(path[i], actor), BEND));
}

// ── Names ────────────────────────────────────────────────────────────────────────────────────────

/**
 * The names that would like to stand on the picture, most important first, in pixels.
 *
 * @returns {{wishes: import("./labels.js").Wish[], quota: number, most: number}}
 */
export function wishesOf(scene, emphasis, focus, camera) {
  const size = camera.width < NARROW_SCREEN ? "narrow" : "wide";
  const draft = {
    scene,
    emphasis,
    focus,
    camera,
    size,
    dots: dotsOnScreen(scene, emphasis, camera),
  };
  const quota = isFew(scene) ? Infinity : namesPerDistrict(scene, camera, size);
  return {
    dots: draft.dots,
    discs: discsOnScreen(scene, camera),
    keptFree: keptFree(draft),
    wishes: [...pills(draft), ...districtNames(draft), ...names(draft)],
    quota: emphasis.dims ? Infinity : quota,
    most: emphasis.dims ? Math.round(NAMES_IN_FOCUS * camera.zoom ** 1.5) : 400,
  };
}

/** Of a few who are left by the filters everybody is named who finds room. */
function isFew({ shown, model }) {
  return shown.count < model.count && shown.count <= FEW;
}

/** Nothing stands on the dots of those who are spoken of. */
function keptFree({ emphasis, focus, dots }) {
  const ring = (i) => (i === focus.picked ? RING : 0);
  const kept = dots.members.filter((i) => emphasis.look[i] === LOOK.NAMED).slice(0, MOST_KEPT_FREE);
  return kept.map((i) => ({
    x: dots.x[i],
    y: dots.y[i],
    radius: dots.radius[i] + ring(i),
    actor: i,
  }));
}

function namesPerDistrict(scene, camera, size) {
  if (camera.zoom >= ALL_NAMES_FROM) return Infinity;
  // On a phone the names of the districts, where there are any, fill the picture until it is zoomed.
  if (size === "narrow") return Math.floor(camera.zoom ** 2 / (scene.discs.length ? 1.6 : 1));
  return Math.max(NAMES_PER_DISTRICT, Math.floor(NAMES_PER_DISTRICT * camera.zoom ** 2));
}

/** Radius of a dot in pixels: it grows more slowly than the map, so that zooming in makes room. */
export function dotSize(radius, camera) {
  return radius * Math.sqrt(camera.scale * camera.home);
}

/** Middle and radius of the dots that are seen, in pixels. */
export function dotsOnScreen(scene, emphasis, camera) {
  const { x, y, radius } = scene.arrangement;
  const numbers = () => new Float64Array(x.length);
  const dots = { x: numbers(), y: numbers(), radius: numbers(), members: [] };
  for (const i of scene.model.byDegree) {
    if (!emphasis.look[i]) continue;
    const [sx, sy] = camera.toScreen(x[i], y[i]);
    const r = dotSize(radius[i], camera);
    if (sx < -r || sy < -r || sx > camera.width + r || sy > camera.height + r) continue;
    dots.x[i] = sx;
    dots.y[i] = sy;
    dots.radius[i] = r;
    dots.members.push(i);
  }
  return dots;
}

function discsOnScreen(scene, camera) {
  return scene.discs.map((disc) => {
    const [x, y] = camera.toScreen(disc.x, disc.y);
    return { x, y, radius: disc.radius * camera.scale };
  });
}

/** The picked and the hovered actor's names, which nothing can hide. */
function pills({ scene, focus, camera, size, dots }) {
  const seen = new Set(dots.members);
  return [focus.hovered, focus.picked]
    .filter((actor, at, all) => actor >= 0 && seen.has(actor) && all.indexOf(actor) === at)
    .map((actor) => ({
      text: scene.model.actors[actor].name,
      actor,
      place: "pill",
      size: PILL[size],
      weight: 700,
      widest: Math.max(80, Math.min(440, camera.width - 40)),
      x: dots.x[actor],
      y: dots.y[actor],
      radius: dots.radius[actor],
    }));
}

function districtNames({ scene, emphasis, camera, size }) {
  const letters = DISTRICT[size];
  return scene.discs
    .map((disc, index) => {
      const [x, y] = camera.toScreen(disc.x, disc.y);
      const radius = disc.radius * camera.scale;
      return {
        text: disc.label,
        short: size === "narrow" ? disc.letter : "",
        disc: index,
        place: "over",
        size: letters,
        weight: emphasis.dims ? 640 : 740,
        widest: Math.min(camera.width - 20, Math.max(2.1 * radius, 8.8 * letters)),
        color: disc.color,
        x,
        y,
        radius,
      };
    })
    .filter((wish) => wish.text)
    .sort((a, b) => b.radius - a.radius);
}

/** Names of the path in its order, then of those spoken of, or of all; the best connected first. */
function names({ scene, emphasis, focus, size, dots }) {
  const { actors } = scene.model;
  const least = emphasis.dims ? LOOK.NAMED : LOOK.PLAIN;
  const onPath = new Set(focus.path);
  const seen = new Set(dots.members);
  const order = [
    ...focus.path.filter((actor) => seen.has(actor)),
    ...dots.members.filter((actor) => !onPath.has(actor)),
  ];
  return order
    .filter((i) => emphasis.look[i] >= least && i !== focus.picked && i !== focus.hovered)
    .map((i) => ({
      text: actors[i].name,
      actor: i,
      size: NAME[size],
      weight: 600,
      widest: size === "narrow" ? 130 : 180,
      x: dots.x[i],
      y: dots.y[i],
      radius: dots.radius[i],
      quota: districtOf(scene.model, scene.arrangement.by, i) ?? `sector ${actors[i].sector}`,
    }));
}
