// Moving from actor to actor by keys, and finding the one under the pointer. No DOM.

import { Grid } from "../shared/geometry.js";
import { dotSize } from "./scene.js";

const ASIDE = 2.2; // a step aside counts as much as this many steps ahead
const CELL = 32; // map units

/** The next shown actor in a direction, [dx, dy] of length 1; -1 if there is none. */
export function nextInDirection({ x, y }, shown, from, [dx, dy]) {
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < x.length; i += 1) {
    if (!shown[i] || i === from) continue;
    const ahead = (x[i] - x[from]) * dx + (y[i] - y[from]) * dy;
    const aside = Math.abs((x[i] - x[from]) * dy) + Math.abs((y[i] - y[from]) * dx);
    const price = ahead + ASIDE * aside;
    if (ahead > 0 && price < least) [best, least] = [i, price];
  }
  return best;
}

/** The best connected shown actor of the next district (step 1) or the one before (-1). */
export function inNextDistrict(model, arrangement, shown, from, step) {
  const keyOf = (actor) => (arrangement.by === "group" ? actor.group : actor.sector);
  const first = new Map();
  for (const i of model.byDegree) {
    const key = keyOf(model.actors[i]);
    if (shown[i] && !first.has(key)) first.set(key, i);
  }
  const keys = [...first.keys()].sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  if (!keys.length) return -1;
  const at = from < 0 ? -1 : keys.indexOf(keyOf(model.actors[from]));
  const next = at < 0 ? 0 : (at + step + keys.length) % keys.length;
  return first.get(keys[next]);
}

/** Finds the dot at a point. */
export class Finder {
  constructor({ x, y, radius }) {
    Object.assign(this, { x, y, radius });
    this.grid = new Grid(x, y, x.keys(), CELL);
    this.largest = radius.reduce((a, b) => Math.max(a, b), 0);
  }

  /** The shown actor nearest to a point on the screen, its dot at most `reach` pixels away; or -1. */
  at(camera, shown, sx, sy, reach) {
    const [mx, my] = camera.toMap(sx, sy);
    const around = (reach + dotSize(this.largest, camera)) / camera.scale;
    let best = -1;
    let least = Infinity;
    this.grid.visit(mx - around, my - around, mx + around, my + around, (i) => {
      if (!shown[i]) return;
      const middle = Math.hypot(this.x[i] - mx, this.y[i] - my) * camera.scale;
      const isInReach = middle - dotSize(this.radius[i], camera) < reach;
      if (isInReach && middle < least) [best, least] = [i, middle];
    });
    return best;
  }
}
