// A small map in the form in which the page gets it.

import { Model } from "../../static/js/network-map/model.js";

/**
 * The first part.
 *
 *   Ada (government) ── funds ──▶ Ben (residents) ── advises ──▶ Cy (residents)
 *   Ada ◀── funds, shares data ── Ben                Cy ┄┄ wishes to fund ┄┄▶ Dee (visitor)
 *   Eve (network): nobody
 */
export function sampleData() {
  return {
    city: { slug: "boston", name: "Boston" },
    as_of: "2018-06-30",
    url: "/cities/boston/actors/",
    actors: {
      name: ["Ada", "Ben", "Cy", "Dee", "Eve"],
      sector: [0, 1, 1, 0, 2],
      visitor: [0, 0, 0, 1, 0],
      x: [100, 500, 600, 150, 900],
      y: [100, 500, 500, 100, 900],
    },
    near: [[1], [1], [1], [], []],
    looks: [0, 1, 2],
    sectors: [
      { slug: "government", label: "Local government", letter: "G" },
      { slug: "residents_community", label: "Residents", letter: "R" },
      { slug: "national_network", label: "National network", letter: "N" },
    ],
    districts: [
      [0, 125, 100, 90],
      [1, 550, 500, 120],
      [2, 900, 900, 62],
    ],
  };
}

/** What comes after it. */
export function sampleRest() {
  return {
    actors: {
      slug: ["ada", "ben", "cy", "dee", "eve"],
      roles: [[0], [0, 1], [], [1], []],
      group: [0, 0, 1, 1, -1],
      skills: [
        [[0, 3]],
        [
          [0, 2],
          [1, 1],
        ],
        [[0, 1]],
        [[0, 0]],
        [],
      ],
      issues: [[0], [0], [1], [], []],
      collaboratives: [[0], [], [], [0], []],
      fresh: [0, 1, 2, 3, 0],
      other: ["First", "", "", "", ""],
    },
    places: { ties: { x: [0, 10, 20, 30, 40], y: [0, 10, 20, 30, 40] } },
    ties: {
      count: [3, 1, 1],
      back: [0, 1, 1, 0, 0],
      kind: [0, 0, 1, 2, 0],
      status: [0, 0, 0, 0, 1],
      strength: [4, 2, 0, 1, 0],
      confirmed: [2, 0, 1, 1, 0],
    },
    roles: [
      { slug: "backbone", label: "Backbone" },
      { slug: "storyteller", label: "Storyteller" },
    ],
    competencies: [
      { slug: "coding", label: "Coding", area: "Technology" },
      { slug: "fundraising", label: "Fundraising", area: "Management" },
    ],
    kinds: [
      { slug: "funds", label: "Funds", reverse: "Funded by" },
      { slug: "shares_data", label: "Shares data with", reverse: "Receives data from" },
      { slug: "advises", label: "Advises", reverse: "Advised by" },
    ],
    issues: [
      { slug: "housing", label: "Housing" },
      { slug: "health", label: "Health" },
    ],
    collaboratives: [{ slug: "table", label: "Table" }],
    groups: [
      [0, 300, 300, 250, "Ada and Ben"],
      [1, 700, 300, 250, "Cy and Dee"],
    ],
  };
}

export function sampleModel() {
  return new Model(sampleData()).complete(sampleRest());
}

export const palette = {
  ink: "ink",
  ink2: "grey",
  paper: "white",
  page: "page",
  wash: "wash",
  quiet: "quiet",
  covered3: "c3",
  covered5: "c5",
  onCovered: "oc",
  single: "s",
  singleLine: "sl",
  onSingle: "os",
  absentLine: "al",
  onAbsent: "oa",
  unknownLine: "ul",
  onUnknown: "ou",
  sectors: {
    government: { color: "blue", tint: "lightblue" },
    residents_community: { color: "red", tint: "pink" },
    national_network: { color: "brown", tint: "beige" },
  },
};

/** Numbers between 0 and 1, the same for the same seed. */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}
