// Which names stand on the picture, and where: no two overlap. Pixels; no DOM.

import { Grid, isWithin, overlap, touches } from "../shared/geometry.js";
import { clip, wrap } from "../shared/text.js";

export const LINE = 1.16; // height of a line in units of the font size
export const ASCENT = 0.8; // from the baseline to the top of a capital with its accent
const AIR = 2; // free space around every name
const LATER = 0.3; // a place is worth this many hidden dots less than the one tried before it
const PRECIOUS = 3; // a dot that is spoken of counts as so many others
const CLEARANCE = 3;
const CELL = 64;
export const PILL = { left: 9, top: 6 }; // padding of a name on a dark ground

/**
 * @typedef {object} Wish A name that would like to stand on the picture.
 * @property {string} text
 * @property {number} x middle of its dot
 * @property {number} y
 * @property {number} radius of its dot
 * @property {number} size of the letters
 * @property {number} weight
 * @property {number} widest
 * @property {string} [place] "beside" (default), "over" a district, "pill"
 * @property {number} [actor] index
 * @property {number} [disc] index
 * @property {string} [short] what stands there if the text would be in the way
 * @property {string} [quota] group of names of which at most `quota` are placed
 *
 * @typedef {Wish & {lines: string[], left: number, baseline: number, anchor: string, box: number[]}} Label
 */

/** Measures each text once and cuts each name once. */
export class Lettering {
  /** @param {(text: string, size: number, weight: number) => number} measure */
  constructor(measure) {
    this.measure = measure;
    this.widths = new Map();
    this.cuts = new Map();
  }

  width(text, size, weight) {
    const key = `${size} ${weight} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) this.widths.set(key, (width = this.measure(text, size, weight)));
    return width;
  }

  /** The lines of a name with the width of the widest. */
  lines({ text, size, weight, widest, place }) {
    const key = `${size} ${weight} ${widest | 0} ${text}`;
    let cut = this.cuts.get(key);
    if (!cut) {
      const measure = (part) => this.measure(part, size, weight);
      const lines = place === "pill" ? [clip(text, widest, measure)] : wrap(text, widest, measure);
      cut = { lines, width: Math.max(...lines.map(measure)) };
      this.cuts.set(key, cut);
    }
    return cut;
  }
}

/**
 * Place what fits, earlier wishes first.
 *
 * @param {Wish[]} wishes
 * @param {object} options
 * @param {number[]} options.frame
 * @param {Lettering} options.lettering
 * @param {number} [options.quota] names per group
 * @param {number} [options.most] names in all
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>, radius: ArrayLike<number>, members: number[]}}
 *   [options.dots] that names should not hide
 * @param {{x: number, y: number, radius: number, actor: number}[]} [options.keptFree] dots that only
 *   their own names and pills may touch
 * @param {{x: number, y: number, radius: number}[]} [options.discs] other districts
 * @returns {Label[]}
 */
export function placeLabels(wishes, options) {
  const board = new Board(options);
  const used = new Map();
  const placed = [];
  for (const wish of wishes) {
    if (placed.length >= (options.most ?? Infinity)) break;
    const taken = used.get(wish.quota) ?? 0;
    if (wish.quota !== undefined && taken >= (options.quota ?? Infinity)) continue;
    const label = board.put(wish);
    if (!label) continue;
    placed.push(label);
    used.set(wish.quota, taken + 1);
  }
  return placed;
}

/** What is on the picture already. */
class Board {
  constructor({ frame, lettering, dots, discs = [], keptFree = [] }) {
    this.frame = frame;
    this.lettering = lettering;
    this.discs = discs;
    this.keptFree = keptFree;
    this.cells = new Map();
    this.dots = dots;
    this.grid = dots && new Grid(dots.x, dots.y, dots.members, CELL);
    this.largest = dots ? dots.members.reduce((most, i) => Math.max(most, dots.radius[i]), 0) : 0;
  }

  /** Take a place that is free: an early one, unless a later one hides fewer dots. */
  put(wish) {
    const best =
      this.bestPlace(wish, wish.short ? 1 : Infinity) ??
      (wish.short ? this.bestPlace({ ...wish, text: wish.short }) : null);
    if (best) this.take(best.box);
    return best;
  }

  /** @param {number} most what a place may cost */
  bestPlace(wish, most = Infinity) {
    const cut = this.lettering.lines(wish);
    let best = null;
    let least = most;
    let rank = 0;
    for (const label of candidates(wish, cut, this.frame)) {
      const cost = rank * LATER;
      rank += 1;
      if (cost >= least || !this.isFree(label)) continue;
      const price = cost + this.price(label, least - cost);
      if (price < least) [best, least] = [label, price];
    }
    return best;
  }

  isFree({ box, place, actor }) {
    if (!isWithin(box, this.frame)) return false;
    const isInTheWay = (dot) => dot.actor !== actor && touches(dot.x, dot.y, dot.radius, box);
    if (place !== "pill" && this.keptFree.some(isInTheWay)) return false;
    for (const key of cellsOf(box)) {
      if (this.cells.get(key)?.some((other) => overlap(box, other))) return false;
    }
    return true;
  }

  take(box) {
    for (const key of cellsOf(box)) {
      const cell = this.cells.get(key);
      if (cell) cell.push(box);
      else this.cells.set(key, [box]);
    }
  }

  /** How many dots it hides; reaching into another district is nearly as bad. */
  price(label) {
    const { box } = label;
    let hidden = 0;
    if (this.grid) {
      const reach = this.largest;
      const { x, y, radius } = this.dots;
      this.grid.visit(box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach, (i) => {
        if (i !== label.actor && touches(x[i], y[i], radius[i], box)) hidden += 1;
      });
    }
    if (label.place === "pill") {
      const isHidden = (dot) => touches(dot.x, dot.y, dot.radius, box);
      hidden +=
        PRECIOUS * this.keptFree.filter((dot) => dot.actor !== label.actor && isHidden(dot)).length;
    }
    if (label.place === "over") {
      this.discs.forEach((disc, i) => {
        if (i !== label.disc && touches(disc.x, disc.y, disc.radius, box)) hidden += 0.9;
      });
    }
    return hidden;
  }
}

function* cellsOf(box) {
  for (let row = Math.floor(box[1] / CELL); row <= Math.floor(box[3] / CELL); row += 1) {
    for (let column = Math.floor(box[0] / CELL); column <= Math.floor(box[2] / CELL); column += 1) {
      yield row * 65536 + column;
    }
  }
}

/** Where a name can stand, best place first. */
function candidates(wish, cut, frame) {
  if (wish.place === "pill") return onPill(wish, cut, frame);
  if (wish.place === "over") return overDisc(wish, cut);
  return beside(wish, cut);
}

/** Below its dot, above, right, left, then at the corners. */
function* beside(wish, cut) {
  const { x, y, radius } = wish;
  const { below, above, middle } = baselines(wish, cut);
  yield labelAt(wish, cut, x, below, "center");
  yield labelAt(wish, cut, x, above, "center");
  yield labelAt(wish, cut, x + radius + CLEARANCE + 1, middle, "left");
  yield labelAt(wish, cut, x - radius - CLEARANCE - 1, middle, "right");
  for (const baseline of [below, above]) {
    yield labelAt(wish, cut, x - radius, baseline, "left");
    yield labelAt(wish, cut, x + radius, baseline, "right");
  }
}

/** Above the district, below it, inside at its top. */
function* overDisc(wish, cut) {
  const { below, above } = baselines(wish, cut, 5);
  yield labelAt(wish, cut, wish.x, above, "center");
  yield labelAt(wish, cut, wish.x, below, "center");
  yield labelAt(wish, cut, wish.x, wish.y - wish.radius + 1.3 * wish.size, "center");
}

/** On a dark ground above, below or beside its dot, pushed into the frame: never left out. */
function* onPill(wish, cut, frame) {
  const half = cut.width / 2 + PILL.left;
  const within = (x) => Math.max(frame[0] + half + AIR, Math.min(frame[2] - half - AIR, x));
  const clearance = CLEARANCE + 5 + PILL.top;
  const { below, above, middle } = baselines(wish, cut, clearance);
  const least = frame[1] + AIR + PILL.top + ASCENT * wish.size;
  const most = frame[3] - AIR - PILL.top - (LINE - ASCENT) * wish.size;
  const beside = wish.radius + clearance + half;
  yield labelAt(wish, cut, within(wish.x), Math.min(above, most), "center");
  yield labelAt(wish, cut, within(wish.x), Math.max(least, Math.min(below, most)), "center");
  yield labelAt(wish, cut, wish.x + beside, Math.max(least, Math.min(middle, most)), "center");
  yield labelAt(wish, cut, wish.x - beside, Math.max(least, Math.min(middle, most)), "center");
  yield labelAt(wish, cut, within(wish.x), Math.max(least, Math.min(above, most)), "center");
}

function baselines({ y, radius, size }, { lines }, clearance = CLEARANCE) {
  const tall = LINE * size * lines.length;
  return {
    below: y + radius + clearance + ASCENT * size,
    above: y - radius - clearance - tall + ASCENT * size,
    middle: y - tall / 2 + ASCENT * size,
  };
}

function labelAt(wish, { lines, width }, x, baseline, anchor) {
  const left = x - { left: 0, center: width / 2, right: width }[anchor];
  const top = baseline - ASCENT * wish.size;
  const pad = wish.place === "pill" ? PILL : { left: AIR, top: AIR };
  const box = [
    left - pad.left,
    top - pad.top,
    left + width + pad.left,
    top + LINE * wish.size * lines.length + pad.top,
  ];
  return { ...wish, lines, x, baseline, anchor, box };
}
