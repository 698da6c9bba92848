// Where the dots stand and how large they are, in map units; moving from one arrangement to another.
// No DOM.

import { Grid, quantile } from "../shared/geometry.js";

const LARGEST_DOT = 17;
const SMALLEST_SHARE = 0.45;
const CLEAR = 0.8; // share of the distance between two actors that their dots may fill together
const FAR = (2 * LARGEST_DOT) / CLEAR; // actors this far apart never limit each other
const CROWDED = 0.03; // share of actors who stand so close that only their own dots shrink
const TINIEST = 1;
const NARROWEST = 760; // a map of few actors is not blown up to fill the stage
const MARGIN = 12;
const HEAD = 30; // space above a disc for its name
export const DURATION = 400;

/**
 * @typedef {object} Disc
 * @property {number} key sector index, or number of the group
 * @property {number} x
 * @property {number} y
 * @property {number} radius
 * @property {string} label
 *
 * @typedef {object} Arrangement
 * @property {string} by
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {Float64Array} radius of the dots
 * @property {Disc[]} discs
 * @property {number[]} box left, top, right, bottom of all
 */

/** An arrangement of the model's actors; the one by sector if the data has no other. */
export function arrange(model, by) {
  const kept = model.places[by] ? by : "sector";
  const known = model.places[kept];
  const { x, y } = known.x.length === model.count ? known : inARow(model.count);
  const radius = dotRadii(model, x, y);
  const discs = discsOf(model, kept);
  return { by: kept, x, y, radius, discs, box: boxOf(x, y, radius, discs) };
}

/** The places on the way from one arrangement to another, at a time between 0 and 1. */
export function between(from, to, time) {
  const share = time < 0.5 ? 4 * time ** 3 : 1 - (-2 * time + 2) ** 3 / 2;
  const blend = (a, b) => a * (1 - share) + b * share; // exact at both ends
  const mix = (a, b) => Float64Array.from(a, (value, i) => blend(value, b[i]));
  return {
    ...to,
    x: mix(from.x, to.x),
    y: mix(from.y, to.y),
    radius: mix(from.radius, to.radius),
    box: from.box.map((value, i) => blend(value, to.box[i])),
    discs: time < 1 ? [] : to.discs,
  };
}

/** Without places from the server: better than all in one point. */
function inARow(count) {
  const side = Math.ceil(Math.sqrt(count)) || 1;
  const at = (place) => 100 + (800 * (place + 0.5)) / side;
  return {
    x: Float64Array.from({ length: count }, (_, i) => at(i % side)),
    y: Float64Array.from({ length: count }, (_, i) => at(Math.floor(i / side))),
  };
}

function discsOf(model, by) {
  return (model.districts[by] ?? []).map(([key, x, y, radius, label]) => ({
    key,
    x,
    y,
    radius,
    label: label ?? (by === "sector" ? model.sectors[key]?.label : "") ?? "",
  }));
}

function boxOf(x, y, radius, discs) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (cx, cy, r, head) => {
    box[0] = Math.min(box[0], cx - r);
    box[1] = Math.min(box[1], cy - r - head);
    box[2] = Math.max(box[2], cx + r);
    box[3] = Math.max(box[3], cy + r);
  };
  for (const disc of discs) add(disc.x, disc.y, disc.radius, HEAD);
  x.forEach((value, i) => add(value, y[i], radius[i], 0));
  if (box[0] > box[2]) return [120, 200, 880, 800];
  const missing = Math.max(0, NARROWEST - (box[2] - box[0])) / 2;
  return [box[0] - missing - MARGIN, box[1] - MARGIN, box[2] + missing + MARGIN, box[3] + MARGIN];
}

// ── Sizes ────────────────────────────────────────────────────────────────────────────────────────

/** The area of a dot grows with the number of ties, and no two dots overlap. */
export function dotRadii(model, x, y) {
  const count = model.count;
  const share = sharesOf(model);
  if (count < 2) return share.map((one) => one * LARGEST_DOT);
  const allowed = roomOf(x, y, share);
  const largest = Math.min(LARGEST_DOT, quantile(Float64Array.from(allowed).sort(), CROWDED));
  return share.map((one, i) =>
    Math.max(TINIEST, largest * one * Math.min(1, allowed[i] / Math.max(largest, 0.01))),
  );
}

function sharesOf(model) {
  const degrees = Float64Array.from(model.actors, (actor) => actor.neighbors.length);
  const most = degrees.reduce((a, b) => Math.max(a, b), 0);
  if (!most) return degrees.fill(0.7);
  return degrees.map((degree) => SMALLEST_SHARE + (1 - SMALLEST_SHARE) * Math.sqrt(degree / most));
}

/** How large the largest dot may be for each actor to keep clear of its neighbors. */
function roomOf(x, y, share) {
  const grid = new Grid(x, y, share.keys(), FAR / 2);
  const room = new Float64Array(x.length).fill(LARGEST_DOT);
  for (let i = 0; i < x.length; i += 1) {
    grid.visit(x[i] - FAR, y[i] - FAR, x[i] + FAR, y[i] + FAR, (j) => {
      if (j === i) return;
      const distance = Math.hypot(x[j] - x[i], y[j] - y[i]);
      room[i] = Math.min(room[i], (CLEAR * distance) / (share[i] + share[j]));
    });
  }
  return room;
}
