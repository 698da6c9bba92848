import assert from "node:assert/strict";
import { test } from "node:test";

import { legendOf } from "../../static/js/network-map/legend.js";
import { parseState } from "../../static/js/network-map/state.js";
import { certainty, lineOfKind, painterOf, tieInk } from "../../static/js/network-map/style.js";
import { Words } from "../../static/js/shared/words.js";
import { palette, sampleModel } from "./sample.js";

const model = sampleModel();
const words = new Words({
  levels: { 3: "Strong", 2: "Solid", 1: "Learning", 0: "Not at all", unknown: "Not asked" },
  group: "Group {n}",
  alone: "In no group",
});
const stateOf = (query) => parseState(query, model.vocabulary).state;

function paintsBy(query) {
  const painter = painterOf(model, stateOf(query), palette);
  return model.actors.map((actor) => painter.paints[painter.paintOf(actor)]);
}

test("by sector a dot has its sector's color, a visitor is open", () => {
  const [ada, ben, , dee] = paintsBy("");

  assert.deepEqual([ada.fill, ada.ring], ["blue", ""]);
  assert.equal(ben.fill, "red");
  assert.deepEqual([dee.fill, dee.ring, dee.ink], ["white", "blue", "blue"]);
});

test("by skill every level looks different, and not asked differs from not at all", () => {
  const paints = paintsBy("color=skill&skill=coding");

  assert.deepEqual(
    paints.map((paint) => paint.fill),
    ["c5", "c3", "s", "white", "white"],
  );
  assert.deepEqual(
    paints.map((paint) => paint.dotted),
    [false, false, false, false, true],
  );
  assert.notEqual(paints[3].ring, paints[4].ring);
});

test("by skill without a skill is by sector", () => {
  assert.equal(paintsBy("color=skill")[0].fill, "blue");
});

test("by group members of one share a color, who is in none has the quiet one", () => {
  const [ada, ben, cy, , eve] = paintsBy("color=group").map((paint) => paint.fill);

  assert.equal(ada, ben);
  assert.notEqual(ada, cy);
  assert.equal(eve, "grey");
});

test("a legend counts the shown actors of each color", () => {
  const legend = (query, shown = [1, 1, 1, 1, 1]) =>
    legendOf(model, stateOf(query), palette, shown, words).map(
      ({ label, count }) => `${label} ${count}`,
    );

  assert.deepEqual(legend(""), ["Local government 2", "Residents 2", "National network 1"]);
  assert.deepEqual(legend("", [1, 0, 0, 0, 0]), ["Local government 1"]);
  assert.deepEqual(legend("color=group"), ["Ada and Ben 2", "Cy and Dee 2", "In no group 1"]);
  assert.deepEqual(legend("color=skill&skill=coding"), [
    "Strong 1",
    "Solid 1",
    "Learning 1",
    "Not at all 1",
    "Not asked 1",
  ]);
});

test("every kind of tie has a line style of its own", () => {
  const kinds = [
    "funds",
    "shares_data",
    "delivers_project_with",
    "advises",
    "hosts",
    "staffs",
    "volunteers_for",
    "convenes",
    "trains",
    "member_of",
    "in_kind",
  ];

  assert.equal(new Set(kinds.map((kind) => JSON.stringify(lineOfKind(kind)))).size, kinds.length);
  assert.ok(lineOfKind("new kind").width > 0);
});

test("many ties are fainter, one-sided ones lighter", () => {
  assert.ok(tieInk(10) > tieInk(200));
  assert.ok(certainty(2) > certainty(1));
  assert.equal(certainty(0), certainty(1));
});
