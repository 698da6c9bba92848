import assert from "node:assert/strict";
import { test } from "node:test";

import { Lettering, placeLabels } from "../../static/js/network-map/labels.js";
import { isWithin, overlap } from "../../static/js/shared/geometry.js";
import { clip, fold, wrap } from "../../static/js/shared/text.js";
import { fill, Words } from "../../static/js/shared/words.js";
import { randomNumbers } from "./sample.js";

const measure = (text, size) => [...text].length * size * 0.6;
const inTens = (text) => [...text].length * 10;

for (let seed = 1; seed <= 60; seed += 1) {
  test(`no two names overlap and none leaves the picture, draw ${seed}`, () => {
    const { wishes, options } = randomPicture(seed);

    const placed = placeLabels(wishes, options);

    assert.ok(placed.length > 0);
    placed.forEach((one, i) => {
      assert.ok(isWithin(one.box, options.frame));
      for (const other of placed.slice(0, i)) assert.ok(!overlap(one.box, other.box));
      for (const line of one.lines) assert.ok(measure(line, one.size) <= one.widest + 0.001);
    });
  });
}

function randomPicture(seed) {
  const random = randomNumbers(seed);
  const [width, height] = [300 + random() * 900, 300 + random() * 500];
  const count = Math.floor(20 + random() * 300);
  const numbers = (make) => Array.from({ length: count }, make);
  const dots = {
    x: numbers(() => random() * width),
    y: numbers(() => random() * height),
    radius: numbers(() => 2 + random() * 15),
    members: [...Array(count).keys()],
  };
  const wishes = dots.members.map((i) => ({
    text: "name ".repeat(1 + Math.floor(random() * 6)).trim(),
    actor: i,
    place: i === 0 ? "pill" : i < 9 ? "over" : undefined,
    size: 10 + random() * 6,
    weight: 600,
    widest: 60 + random() * 120,
    x: dots.x[i],
    y: dots.y[i],
    radius: dots.radius[i],
  }));
  const options = { frame: [0, 0, width, height], lettering: new Lettering(measure), dots };
  return { wishes, options };
}

test("at most so many names per group, earlier wishes first", () => {
  const wish = (x, quota) => ({
    text: "ab",
    size: 10,
    weight: 600,
    widest: 90,
    x,
    y: 50,
    radius: 2,
    quota,
  });
  const wishes = [wish(50, "a"), wish(150, "a"), wish(250, "b"), wish(350, "a")];
  const options = { frame: [0, 0, 400, 100], lettering: new Lettering(measure), quota: 1 };

  assert.deepEqual(
    placeLabels(wishes, options).map((label) => label.x),
    [50, 250],
  );
});

test("the picked actor's name is drawn even at the very edge", () => {
  for (const [x, y] of [
    [0, 0],
    [400, 0],
    [0, 300],
    [400, 300],
  ]) {
    const wish = {
      text: "A picked actor",
      place: "pill",
      size: 14,
      weight: 700,
      widest: 300,
      x,
      y,
      radius: 8,
    };
    const placed = placeLabels([wish], {
      frame: [0, 0, 400, 300],
      lettering: new Lettering(measure),
    });

    assert.equal(placed.length, 1);
  }
});

test("a name that hides dots moves to where it hides none", () => {
  const dots = { x: [100, 100], y: [100, 118], radius: [5, 5], members: [0, 1] };
  const wish = {
    text: "name",
    actor: 0,
    size: 12,
    weight: 600,
    widest: 90,
    x: 100,
    y: 100,
    radius: 5,
  };

  const [label] = placeLabels([wish], {
    frame: [0, 0, 200, 200],
    lettering: new Lettering(measure),
    dots,
  });

  assert.ok(label.baseline < 100);
});

test("each text is measured once", () => {
  let count = 0;
  const lettering = new Lettering((text) => ((count += 1), text.length));
  const wish = { text: "one two", size: 12, weight: 600, widest: 90 };

  lettering.lines(wish);
  const first = count;
  lettering.lines({ ...wish });

  assert.equal(count, first);
});

test("names are cut between words, with an ellipsis", () => {
  assert.equal(clip("Boston Public Library", 300, inTens), "Boston Public Library");
  assert.equal(clip("Boston Public Library", 150, inTens), "Boston Public…");
  assert.equal(clip("Bostonpubliclibrary", 100, inTens), "Bostonpub…");
  assert.equal(clip("😀😀😀😀", 30, inTens), "😀😀…");
});

test("names take two lines as alike as they come", () => {
  assert.deepEqual(wrap("Boston Public Library", 150, inTens), ["Boston Public", "Library"]);
  assert.deepEqual(wrap("aa bb cc dd", 80, inTens), ["aa bb", "cc dd"]);
  assert.deepEqual(wrap("a b", 150, inTens), ["a b"]);
  assert.deepEqual(wrap("one two three four five six", 90, inTens), ["one two", "three…"]);
  assert.deepEqual(wrap("x".repeat(300), 100, inTens), [`${"x".repeat(9)}…`]);
});

test("folding takes accents and case", () => {
  assert.equal(fold("ÉCOLE Straße ﬁ"), "ecole strasse fi");
});

test("words of the page are filled and have plural forms", () => {
  const words = Words.read(
    '{"ties": {"one": "{n} tie", "other": "{n} ties"}, "levels": {"3": "Strong"}}',
    "en",
  );

  assert.equal(words.say("ties", { n: 1 }), "1 tie");
  assert.equal(words.say("ties", { n: 1200 }), "1,200 ties");
  assert.equal(words.of("levels", 3), "Strong");
  assert.equal(words.say("missing"), "");
  assert.equal(Words.read("not JSON", "es").say("ties"), "");
  assert.equal(fill("{a} {b}", { a: "<b>" }), "<b> {b}");
});
