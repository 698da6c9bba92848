import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, between, dotRadii } from "../../static/js/network-map/arrangement.js";
import { Camera } from "../../static/js/network-map/camera.js";
import { Finder } from "../../static/js/network-map/finder.js";
import { everyone, LINE, Model } from "../../static/js/network-map/model.js";
import { emphasize, LOOK, makeScene } from "../../static/js/network-map/scene.js";
import { parseState } from "../../static/js/network-map/state.js";
import { applyFilters } from "../../static/js/network-map/filter.js";
import { inNextDistrict, nextInDirection } from "../../static/js/network-map/walk.js";
import { palette, randomNumbers, sampleData, sampleModel, sampleRest } from "./sample.js";

const model = sampleModel();

test("neighbors are those of existing ties, once each", () => {
  assert.deepEqual(
    model.actors.map((actor) => actor.neighbors),
    [[1], [0, 2], [1], [], []],
  );
});

test("parallel ties are one pair, a tie to oneself is none", () => {
  assert.deepEqual(model.pairs, [
    { a: 0, b: 1, look: LINE.SURE, rows: [0, 1, 2] },
    { a: 1, b: 2, look: LINE.LIGHT, rows: [3] },
    { a: 2, b: 3, look: LINE.WISHED, rows: [4] },
  ]);
});

test("ties are read as recorded, from whom to whom", () => {
  const { a, b, kind, wished } = model.ties;
  const rows = a.map((from, row) => [from, b[row], model.kinds[kind[row]].slug, wished[row]]);

  assert.deepEqual(rows, [
    [0, 1, "funds", false],
    [1, 0, "funds", false],
    [1, 0, "shares_data", false],
    [1, 2, "advises", false],
    [2, 3, "funds", true],
  ]);
});

test("the first part draws the same picture as the whole data", () => {
  const first = new Model(sampleData());
  const plain = { by: "sector", color: "sector", skill: [] };
  const sceneBy = (one) =>
    makeScene(one, plain, arrange(one, "sector"), everyone(one), palette);
  const [{ model: _one, shown: _some, ...before }, { model: _other, shown: _all, ...after }] = [
    sceneBy(first),
    sceneBy(model),
  ];

  assert.deepEqual(before, after);
  assert.deepEqual(
    first.actors.map((actor) => actor.neighbors),
    model.actors.map((actor) => actor.neighbors),
  );
});

test("actors are listed by ties, then by folded name", () => {
  assert.deepEqual(model.byDegree, [1, 0, 2, 3, 4]);
});

test("an actor's page is below the city's list", () => {
  assert.equal(model.urlOf(0), "/cities/boston/actors/ada/");
});

test("a negative group is none", () => {
  assert.deepEqual(
    model.actors.map((actor) => actor.group),
    [0, 0, 1, 1, null],
  );
});

test("hostile names become one clean line, and a name of nothing the slug", () => {
  const data = sampleData();
  data.actors.name = ["\u202eAda\u0000\n Org", "<b>Ben</b>", "\u200f", "👩‍👩‍👧 Dee", "x".repeat(300)];

  const names = new Model(data).complete(sampleRest()).actors.map((actor) => actor.name);

  assert.deepEqual(names, ["Ada Org", "<b>Ben</b>", "cy", "👩‍👩‍👧 Dee", "x".repeat(300)]);
});

test("a map of nobody and one of one are maps", () => {
  const empty = new Model({});
  const data = sampleData();
  for (const key of Object.keys(data.actors)) data.actors[key] = data.actors[key].slice(0, 1);
  const one = new Model(data);

  assert.equal(empty.count, 0);
  assert.deepEqual(arrange(empty, "sector").discs, []);
  assert.equal(one.pairs.length, 0);
  assert.deepEqual([...arrange(one, "ties").x].length, 1);
  assert.ok(arrange(one, "sector").radius[0] > 5);
});

test("an arrangement that the data lacks is the one by sector", () => {
  assert.equal(arrange(model, "group").by, "sector");
  assert.equal(arrange(model, "ties").by, "ties");
});

test("no two dots overlap, on maps of any size", () => {
  for (const count of [2, 30, 400]) {
    const crowd = randomModel(count, count);
    const { x, y } = crowd.places.sector;
    const radius = dotRadii(crowd, x, y);
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const gap = Math.hypot(x[i] - x[j], y[i] - y[j]) - radius[i] - radius[j];
        assert.ok(
          gap > -0.01 || Math.max(radius[i], radius[j]) <= 1,
          `${count}: ${i} and ${j}, ${gap}`,
        );
      }
    }
  }
});

test("an arrangement on its way starts where it was and ends where it goes", () => {
  const from = arrange(model, "sector");
  const to = arrange(model, "ties");

  assert.deepEqual(between(from, to, 0).x, from.x);
  assert.deepEqual(between(from, to, 1).x, to.x);
  assert.deepEqual(between(from, to, 1).box, to.box);
});

test("arrows go to the nearest in their direction, and to nobody at the edge", () => {
  const arrangement = arrange(model, "sector");
  const all = new Uint8Array(5).fill(1);

  assert.equal(nextInDirection(arrangement, all, 1, [1, 0]), 2);
  assert.equal(nextInDirection(arrangement, all, 2, [-1, 0]), 1);
  assert.equal(nextInDirection(arrangement, all, 4, [0, 1]), -1);
  assert.equal(nextInDirection(arrangement, Uint8Array.of(1, 1, 0, 1, 1), 1, [1, 0]), 4);
});

test("districts are walked in their order, around", () => {
  const arrangement = arrange(model, "sector");
  const all = new Uint8Array(5).fill(1);

  assert.equal(inNextDistrict(model, arrangement, all, -1, 1), 0);
  assert.equal(inNextDistrict(model, arrangement, all, 0, 1), 1);
  assert.equal(inNextDistrict(model, arrangement, all, 0, -1), 4);
});

test("the dot under the pointer is found, a hidden one is not", () => {
  const arrangement = arrange(model, "sector");
  const camera = new Camera();
  camera.setFrame(1000, 1000, [0, 0, 1000, 1000]);
  const finder = new Finder(arrangement);

  assert.equal(finder.at(camera, [1, 1, 1, 1, 1], 503, 498, 8), 1);
  assert.equal(finder.at(camera, [1, 0, 1, 1, 1], 503, 498, 8), -1);
  assert.equal(finder.at(camera, [1, 1, 1, 1, 1], 300, 300, 8), -1);
});

test("zooming keeps the point under the pointer, and stops at its ends", () => {
  const camera = new Camera();
  camera.setFrame(800, 600, [0, 0, 1000, 1000]);
  const before = camera.toMap(200, 300);

  assert.ok(camera.zoomBy(2, 200, 300));
  assert.deepEqual(camera.toMap(200, 300).map(Math.round), before.map(Math.round));
  camera.zoomBy(1e9);
  assert.equal(camera.zoomBy(2), false);
  camera.showAll();
  assert.ok(camera.isHome);
});

test("picking dims all but the picked one and those it has ties with", () => {
  const scene = sceneOf("");
  const focus = { picked: 0, hovered: -1, path: [], lit: new Set() };

  const { look, dims, strong } = emphasize(scene, focus);

  assert.ok(dims);
  assert.deepEqual([...look], [LOOK.NAMED, LOOK.NAMED, LOOK.DIM, LOOK.DIM, LOOK.DIM]);
  assert.equal(strong.length, 2); // funds and shares data
});

test("a lens lights whom it speaks of; who is filtered out stays out", () => {
  const scene = sceneOf("sector=residents_community");
  const focus = { picked: -1, hovered: -1, path: [], lit: new Set([0, 1]) };

  assert.deepEqual(
    [...emphasize(scene, focus).look],
    [LOOK.HIDDEN, LOOK.NAMED, LOOK.DIM, LOOK.HIDDEN, LOOK.HIDDEN],
  );
});

test("filtered ties are not drawn, wished-for ones are drawn apart", () => {
  assert.deepEqual(lengths(sceneOf("")), { full: 1, light: 1, wished: 1 });
  assert.deepEqual(lengths(sceneOf("status=existing")), { full: 1, light: 1, wished: 0 });
  assert.deepEqual(lengths(sceneOf("sector=government")), { full: 0, light: 0, wished: 0 });
});

function lengths({ base }) {
  const curves = (list) => list.length / 6;
  return { full: curves(base.full), light: curves(base.light), wished: curves(base.wished) };
}

function sceneOf(query) {
  const { state } = parseState(query, model.vocabulary);
  return makeScene(model, state, arrange(model, "sector"), applyFilters(model, state), palette);
}

function randomModel(count, seed) {
  const random = randomNumbers(seed);
  const numbers = (make) => Array.from({ length: count }, make);
  const data = sampleData();
  data.actors = {
    name: numbers((_, i) => `Actor ${i}`),
    sector: numbers(() => 0),
    x: numbers(() => Math.round(random() * 1000)),
    y: numbers(() => Math.round(random() * 700)),
  };
  const near = numbers(() => new Set());
  for (let i = 0; i < 3 * count; i += 1) {
    const [a, b] = [Math.floor(random() ** 2 * count), Math.floor(random() * count)];
    if (a < b) near[a].add(b);
  }
  data.near = near.map((others, a) =>
    [...others].sort((b, c) => b - c).map((b, i, row) => b - (row[i - 1] ?? a)),
  );
  data.looks = [];
  return new Model(data);
}
