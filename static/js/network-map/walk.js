// Moving from actor to actor by keys. No DOM.

const ASIDE = 2.2; // a step aside counts as much as this many steps ahead

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
