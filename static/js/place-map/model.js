// The data of the map of places, made easy to use. No DOM, no drawing library.

const STEPS_PER_DEGREE = 10000;

/** @typedef {{slug: string, name: string, sector: string, url: string, ties: number,
 *              visitor: boolean, at: [number, number]}} Actor */

/** A flat list of whole steps becomes points [latitude, longitude]. */
export function pointsOf(steps) {
  const points = [];
  let latitude = 0;
  let longitude = 0;
  for (let i = 0; i + 1 < steps.length; i += 2) {
    latitude += steps[i];
    longitude += steps[i + 1];
    points.push([latitude / STEPS_PER_DEGREE, longitude / STEPS_PER_DEGREE]);
  }
  return points;
}

const GRID = 24;

/**
 * Points [latitude, longitude] of a grid over a box that lie inside a polygon: where its name may stand.
 *
 * @param {[number, number][][]} rings
 * @param {[[number, number], [number, number]]} box southwest and northeast
 */
export function pointsInside(rings, [[south, west], [north, east]]) {
  const found = [];
  for (let row = 0.5; row < GRID; row += 1) {
    for (let column = 0.5; column < GRID; column += 1) {
      const point = [south + (row * (north - south)) / GRID, west + (column * (east - west)) / GRID];
      if (isInside(point, rings)) found.push(point);
    }
  }
  return found;
}

/** Whether a line to the east crosses the rings an odd number of times. */
function isInside([latitude, longitude], rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 1) {
      const [y, x] = ring[i];
      const [y2, x2] = ring[(i + 1) % ring.length];
      if (y > latitude !== y2 > latitude && longitude < x + ((latitude - y) * (x2 - x)) / (y2 - y)) inside = !inside;
    }
  }
  return inside;
}

/** What supercluster takes: one point an actor, with its number in the list. */
export function featuresOf(actors) {
  return actors.map((actor, number) => ({
    type: "Feature",
    properties: { number },
    geometry: { type: "Point", coordinates: [actor.at[1], actor.at[0]] },
  }));
}

const ROUNDS = 60;
const GOLDEN_ANGLE = 2.399963;

/**
 * Moves dots that cover each other apart, as little as it takes; dots of one place start as a rosette.
 *
 * @param {{x: number, y: number, radius: number}[]} dots in pixels
 * @param {number} air between two
 * @returns {[number, number][]} how far each has moved
 */
export function apart(dots, air) {
  const places = dots.map(({ x, y }, i) => [x + Math.cos(i * GOLDEN_ANGLE), y + Math.sin(i * GOLDEN_ANGLE)]);
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false;
    for (let i = 0; i < dots.length; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const dx = places[i][0] - places[j][0];
        const dy = places[i][1] - places[j][1];
        const least = dots[i].radius + dots[j].radius + air;
        if (Math.abs(dx) >= least || Math.abs(dy) >= least) continue;
        const distance = Math.hypot(dx, dy) || 0.01;
        if (distance >= least) continue;
        moved = true;
        const push = (0.5 * (least - distance)) / distance;
        places[i][0] += dx * push;
        places[i][1] += dy * push;
        places[j][0] -= dx * push;
        places[j][1] -= dy * push;
      }
    }
    if (!moved) break;
  }
  return places.map(([x, y], i) => [x - dots[i].x, y - dots[i].y]);
}

/** As much of a text as fits, cut between words if there are some. */
export function clip(text, most) {
  const letters = [...text];
  if (letters.length <= most) return text;
  const start = letters.slice(0, most - 1).join("");
  const words = start.slice(0, start.lastIndexOf(" "));
  return `${words.length > start.length / 2 ? words : start}…`;
}

/** A text with %(name)s filled in. */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, key) => (key in values ? String(values[key]) : whole));
}
