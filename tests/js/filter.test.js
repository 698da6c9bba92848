import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  actorCalled,
  applyFilters,
  countChoices,
  shownDegrees,
} from "../../static/js/network-map/filter.js";
import { adjacency, existsIn, shortestPath } from "../../static/js/network-map/paths.js";
import { parseState } from "../../static/js/network-map/state.js";
import { isFound, searchable, searchWords } from "../../static/js/shared/search.js";
import { sampleModel } from "./sample.js";

const model = sampleModel();
const stateOf = (query) => parseState(query, model.vocabulary).state;

function shownBy(query) {
  const { actors, count } = applyFilters(model, stateOf(query));
  const slugs = model.actors.filter((actor) => actors[actor.index]).map((actor) => actor.slug);
  assert.equal(count, slugs.length);
  return slugs.join(" ");
}

for (const [query, expected] of [
  ["", "ada ben cy dee eve"],
  ["sector=government", "ada dee"],
  ["sector=government&sector=national_network", "ada dee eve"],
  ["sector=government&role=storyteller", "dee"],
  ["role=backbone", "ada ben"],
  ["skill=coding", "ada ben"],
  ["skill=coding&level=1", "ada ben cy"],
  ["skill=coding&level=3", "ada"],
  ["skill=fundraising&skill=coding&level=1", "ada ben cy"],
  ["color=skill&skill=coding&level=3", "ada ben cy dee eve"],
  ["issue=health", "cy"],
  ["collaborative=table&issue=housing", "ada"],
  ["fresh=stale&fresh=never", "cy dee"],
  ["q=first", "ada"],
  ["q=e", "ben dee eve"],
  ["q=zzz", ""],
  ["kind=advises", "ada ben cy dee eve"],
  ["actor=ada&steps=1", "ada ben"],
  ["actor=ada&steps=2", "ada ben cy"],
  ["actor=cy&steps=2", "ada ben cy"],
  ["actor=eve&steps=1", "eve"],
  ["actor=ada&steps=2&kind=funds", "ada ben"],
  ["actor=ada&steps=2&sector=residents_community", "ada ben cy"],
  ["actor=ada&steps=2&sector=government", "ada"],
]) {
  test(`?${query} shows ${expected || "nobody"}`, () => {
    assert.equal(shownBy(query), expected);
  });
}

for (const [query, rows] of [
  ["", [1, 1, 1, 1, 1]],
  ["kind=funds", [1, 1, 0, 0, 1]],
  ["strength=2", [1, 1, 0, 0, 0]],
  ["status=wished", [0, 0, 0, 0, 1]],
  ["status=wished&status=existing", [1, 1, 1, 1, 1]],
  ["status=existing&kind=funds&kind=advises&strength=1", [1, 1, 0, 1, 0]],
]) {
  test(`?${query} keeps ties ${rows}`, () => {
    assert.deepEqual([...applyFilters(model, stateOf(query)).rows], rows);
  });
}

test("a number says how many a choice would show, the other groups as they are", () => {
  const counts = countChoices(model, stateOf("sector=government&role=backbone"));

  assert.equal(counts.get("sector:government"), 1);
  assert.equal(counts.get("sector:residents_community"), 1);
  assert.equal(counts.get("role:backbone"), 1);
  assert.equal(counts.get("role:storyteller"), 1);
  assert.equal(counts.get("skill:coding"), 1);
  assert.equal(counts.get("fresh:never"), 0);
});

test("numbers beside skills follow the level, also while they are colored", () => {
  assert.equal(countChoices(model, stateOf("level=1")).get("skill:coding"), 3);
  assert.equal(countChoices(model, stateOf("color=skill&skill=coding")).get("skill:coding"), 2);
});

test("numbers of ties count recorded ones between shown actors", () => {
  const counts = countChoices(model, stateOf("kind=funds"));

  assert.equal(counts.get("kind:funds"), 3);
  assert.equal(counts.get("kind:shares_data"), 1);
  assert.equal(counts.get("status:existing"), 2);
  assert.equal(counts.get("status:wished"), 1);
  assert.equal(counts.get("strength:1"), 2);
  assert.equal(counts.get("strength:3"), 1);
  assert.equal(countChoices(model, stateOf("sector=residents_community")).get("kind:funds"), 0);
});

function pathFrom(query, start, end) {
  const shown = applyFilters(model, stateOf(query));
  return shortestPath(adjacency(model, existsIn(model, shown)), start, end);
}

test("a path goes over existing ties that are drawn, and may not exist", () => {
  assert.deepEqual(pathFrom("", 0, 2), [0, 1, 2]);
  assert.deepEqual(pathFrom("", 0, 0), [0]);
  assert.deepEqual(pathFrom("", 0, 3), []);
  assert.deepEqual(pathFrom("kind=funds", 0, 2), []);
  assert.deepEqual(pathFrom("sector=government", 0, 2), []);
});

test("an actor works with those others that are shown, over ties that pass", () => {
  const degrees = (query) => [...shownDegrees(model, applyFilters(model, stateOf(query)))];

  assert.deepEqual(degrees(""), [1, 2, 1, 0, 0]);
  assert.deepEqual(degrees("kind=funds"), [1, 1, 0, 0, 0]);
  assert.deepEqual(degrees("sector=residents_community"), [0, 1, 1, 0, 0]);
});

test("a typed name means the actor with the shortest name that has it", () => {
  assert.equal(actorCalled(model, "FIRST"), 0);
  assert.equal(actorCalled(model, "e"), 1); // Ben, Dee and Eve are as short: the first by name
  assert.equal(actorCalled(model, "nobody"), -1);
  assert.equal(actorCalled(model, " "), -1);
});

const cases = JSON.parse(readFileSync(new URL("search-cases.json", import.meta.url), "utf8"));
for (const { search, name, other, found } of cases) {
  test(`“${search}” ${found ? "finds" : "does not find"} “${name}”`, () => {
    assert.equal(isFound(searchWords(search), searchable(name, other)), found);
  });
}
