// Finding the actor under the pointer. No DOM.

import { Grid } from "../shared/geometry.js";
import { dotSize } from "./scene.js";

const CELL = 32; // map units

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
