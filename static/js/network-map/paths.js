// Walks over the ties: steps around an actor, the shortest path between two. No DOM.

/**
 * Neighbors over the pairs that pass, as lists of indexes.
 *
 * @param {import("./model.js").Model} model
 * @param {(pair: object) => boolean} passes
 */
export function adjacency(model, passes) {
  const near = model.actors.map(() => []);
  for (const pair of model.pairs) {
    if (!passes(pair)) continue;
    near[pair.a].push(pair.b);
    near[pair.b].push(pair.a);
  }
  for (const others of near) others.sort((a, b) => a - b);
  return near;
}

/** Whether two actors are both shown and work with each other over a tie that passes. */
export function existsIn(model, shown) {
  return (pair) =>
    shown.actors[pair.a] &&
    shown.actors[pair.b] &&
    pair.rows.some((row) => shown.rows[row] && !model.ties.wished[row]);
}

/** Who is at most `steps` away from `start`, itself included. */
export function within(near, start, steps) {
  const reached = new Set([start]);
  let rim = [start];
  for (let step = 0; step < steps; step += 1) {
    rim = rim.flatMap((actor) => near[actor].filter((other) => !reached.has(other)));
    for (const actor of rim) reached.add(actor);
  }
  return reached;
}

/** A shortest path as indexes from `start` to `end`, or none. Of several that through the first actors. */
export function shortestPath(near, start, end) {
  const cameFrom = new Map([[start, null]]);
  const queue = [start];
  for (const actor of queue) {
    if (actor === end) return trace(cameFrom, end);
    for (const other of near[actor]) {
      if (cameFrom.has(other)) continue;
      cameFrom.set(other, actor);
      queue.push(other);
    }
  }
  return [];
}

function trace(cameFrom, end) {
  const path = [];
  for (let actor = end; actor !== null; actor = cameFrom.get(actor)) path.unshift(actor);
  return path;
}
