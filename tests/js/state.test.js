import assert from "node:assert/strict";
import { test } from "node:test";

import { Model } from "../../static/js/network-map/model.js";
import {
  changed,
  emptyState,
  parseState,
  sameState,
  toQuery,
  withFields,
} from "../../static/js/network-map/state.js";
import { sampleData, sampleModel, sampleRest } from "./sample.js";

const { vocabulary } = sampleModel();

for (const query of [
  "",
  "view=places",
  "view=matrix",
  "by=ties",
  "by=group",
  "color=skill&skill=coding",
  "color=group",
  "sector=government&sector=residents_community",
  "role=backbone",
  "skill=coding&skill=fundraising&level=1",
  "level=3",
  "issue=housing&issue=health",
  "kind=funds&strength=3&status=wished",
  "status=existing",
  "fresh=stale&fresh=never",
  "collaborative=table",
  "q=caf%C3%A9+%26+%3Cb%3E",
  "actor=ada",
  "actor=ada&to=cy",
  "actor=ada&steps=2",
  "lens=departure&a=ada&b=cy&table=table",
  "sort=name",
  "by=ties&color=skill&sector=government&role=backbone&skill=coding&level=1&issue=housing&kind=funds&strength=1&status=existing&fresh=fresh&collaborative=table&q=a&actor=ada&to=cy&steps=1&lens=rim&a=x&b=y&table=z&sort=sector",
]) {
  test(`an address survives being read and written: ?${query}`, () => {
    const { state, ignored } = parseState(query, vocabulary);

    assert.equal(toQuery(state), query);
    assert.deepEqual(ignored, []);
  });
}

test("defaults are left out of the address", () => {
  const query = "view=network&by=sector&color=sector&level=2&sort=ties&q=&sector=";

  assert.equal(toQuery(parseState(query, vocabulary).state), "");
});

test("unknown values are ignored and reported", () => {
  const { state, ignored } = parseState(
    "sector=church&sector=government&level=9&strength=x&actor=nobody&to=ada&by=color&fresh=old&utm=1",
    vocabulary,
  );

  assert.deepEqual({ ...state }, { ...emptyState(), sector: ["government"] });
  assert.deepEqual(ignored, [
    { key: "by", value: "color" },
    { key: "sector", value: "church" },
    { key: "level", value: "9" },
    { key: "strength", value: "x" },
    { key: "fresh", value: "old" },
    { key: "actor", value: "nobody" },
  ]);
});

test("strengths are unknown where the data has none", () => {
  const rest = sampleRest();
  rest.ties.strength.fill(0);
  const weak = new Model(sampleData()).complete(rest);

  const { state, ignored } = parseState("strength=2", weak.vocabulary);

  assert.equal(state.strength, 0);
  assert.deepEqual(ignored, [{ key: "strength", value: "2" }]);
});

test("of a key with one value the last known one counts", () => {
  assert.equal(parseState("level=1&level=3&level=9", vocabulary).state.level, 3);
});

test("a path and steps mean nothing without a picked actor", () => {
  const { state } = parseState("to=cy&steps=2", vocabulary);

  assert.deepEqual(state, emptyState());
});

test("a search is cut to 200 characters", () => {
  const { state } = parseState(new URLSearchParams({ q: `  ${"é".repeat(300)}\0` }));

  assert.equal(state.q, "é".repeat(200));
});

test("a change names what it changes and keeps the rest", () => {
  const { state } = parseState(
    "by=ties&sector=government&actor=ada&steps=1&to=cy&lens=departure&a=ada",
    vocabulary,
  );

  assert.equal(
    toQuery(changed(state, "by=sector", vocabulary)),
    "sector=government&actor=ada&to=cy&steps=1&lens=departure&a=ada",
  );
  assert.equal(
    toQuery(changed(state, "actor=ben&to=", vocabulary)),
    "by=ties&sector=government&actor=ben&steps=1&lens=departure&a=ada",
  );
  assert.equal(
    toQuery(changed(state, "actor=", vocabulary)),
    "by=ties&sector=government&lens=departure&a=ada",
  );
  assert.equal(
    toQuery(changed(state, "!filters", vocabulary)),
    "by=ties&actor=ada&to=cy&lens=departure&a=ada",
  );
  const asked = parseState("sector=government&lens=fill&skill=coding", vocabulary).state;
  assert.equal(toQuery(changed(asked, "!filters", vocabulary)), "skill=coding&lens=fill");
  assert.equal(
    toQuery(changed(state, "lens=rim", vocabulary)),
    "by=ties&sector=government&actor=ada&to=cy&steps=1&lens=rim",
  );
  assert.equal(
    toQuery(changed(state, "steps=2", vocabulary)),
    "by=ties&sector=government&actor=ada&to=cy&steps=2&lens=departure&a=ada",
  );
});

test("a form takes the place of the filters it offers", () => {
  const { state } = parseState("sector=government&role=backbone&q=old&by=ties", vocabulary);

  const next = withFields(
    state,
    [
      ["q", "new"],
      ["strength", ""],
    ],
    ["sector", "q", "strength"],
    vocabulary,
  );

  assert.equal(toQuery(next), "by=ties&role=backbone&q=new");
});

test("two states are the same when their addresses are", () => {
  assert.ok(sameState(emptyState(), parseState("view=network&utm=1").state));
  assert.ok(!sameState(emptyState(), parseState("by=ties").state));
});
