// From data to colors and line styles. The palette is read elsewhere; no DOM.

/** How a tie of each kind is drawn when one of its actors is picked: dashes and width in pixels. */
const LINES = {
  funds: { dash: [9, 4], width: 1.8 },
  shares_data: { dash: [], width: 1.6 },
  delivers_project_with: { dash: [], width: 3.2 },
  advises: { dash: [2, 3], width: 1.8 },
  hosts: { dash: [9, 3, 2, 3], width: 1.8 },
  staffs: { dash: [9, 3, 2, 3, 2, 3], width: 1.8 },
  volunteers_for: { dash: [3, 6], width: 1.8 },
  convenes: { dash: [14, 4], width: 2.6 },
  trains: { dash: [2, 2], width: 3.2 },
  member_of: { dash: [], width: 0.9 },
  in_kind: { dash: [9, 4], width: 3.2 },
};
const OTHER_LINE = { dash: [6, 2], width: 1.6 };
export const WISHED_LINE = { dash: [5, 5], width: 1.3 };
const LIGHTER = 0.55;

export function lineOfKind(slug) {
  return LINES[slug] ?? OTHER_LINE;
}

/** How dark the ties of the whole map are: fewer of them darker. */
export function tieInk(pairCount) {
  return Math.max(0.14, Math.min(0.42, 34 / Math.max(pairCount, 1)));
}

/** A tie both sides confirmed is drawn full, one that only one side speaks of lighter. */
export function certainty(confirmed) {
  return confirmed >= 2 ? 1 : LIGHTER;
}

/**
 * @typedef {object} Paint How a dot looks. Dots of one paint are drawn in one go.
 * @property {string} fill
 * @property {string} ring color of the outline, "" for the paper around it
 * @property {string} ink color of the letter
 * @property {boolean} dotted outline
 *
 * A painter has `paints` and gives each actor the index of its own, and its letter.
 */

/** The painter of a color mode. */
export function painterOf(model, state, palette) {
  if (state.color === "group") return byGroup(model, palette);
  if (state.color === "skill" && state.skill.length) return bySkill(model, state, palette);
  return bySector(model, palette);
}

function bySector(model, palette) {
  const paints = model.sectors.map((sector) => filled(palette.sectors[sector.slug], palette));
  return withVisitors(model, paints, palette, {
    paintOf: (actor) => actor.sector,
    letterOf: (actor) => model.sectors[actor.sector]?.letter ?? "",
    discColor: (by, key) => (by === "sector" ? palette.sectors[model.sectors[key]?.slug] : null),
  });
}

/** The hues of the sectors by number of the group; groups beyond them share a plain one. */
export function groupHues(model, palette) {
  const groups = new Set(
    model.actors.map((actor) => actor.group).filter((group) => group !== null),
  );
  const hues = Object.values(palette.sectors);
  const plain = { color: palette.ink2, tint: palette.quiet };
  return new Map([...groups].sort((a, b) => a - b).map((group) => [group, hues[group] ?? plain]));
}

function byGroup(model, palette) {
  const hues = groupHues(model, palette);
  const groups = [...hues.keys()];
  const paints = [...hues.values(), { color: palette.ink2 }].map((hue) => filled(hue, palette));
  return withVisitors(model, paints, palette, {
    paintOf: (actor) => (hues.has(actor.group) ? groups.indexOf(actor.group) : groups.length),
    letterOf: (actor) => (actor.group === null ? "" : String(actor.group + 1)),
    discColor: (by, key) => (by === "group" ? hues.get(key) : null),
  });
}

/** Strong, solid, learning, not at all, not asked: told apart in grey as well. */
export const SKILL_STEPS = ["3", "2", "1", "0", "unknown"];

function bySkill(model, state, palette) {
  const skill = model.competencies.findIndex((one) => one.slug === state.skill[0]);
  const paints = [
    { fill: palette.covered5, ring: "", ink: palette.paper, dotted: false },
    { fill: palette.covered3, ring: palette.covered5, ink: palette.onCovered, dotted: false },
    { fill: palette.single, ring: palette.singleLine, ink: palette.onSingle, dotted: false },
    { fill: palette.paper, ring: palette.absentLine, ink: palette.onAbsent, dotted: false },
    { fill: palette.paper, ring: palette.unknownLine, ink: palette.onUnknown, dotted: true },
  ];
  return {
    paints,
    paintOf: (actor) => SKILL_STEPS.indexOf(String(actor.skills.get(skill) ?? "unknown")),
    letterOf: (actor) => model.sectors[actor.sector]?.letter ?? "",
    discColor: () => null,
  };
}

function filled(hue, palette) {
  return { fill: hue?.color ?? palette.ink2, ring: "", ink: palette.paper, dotted: false };
}

/** Twice the paints: visitors are drawn open, with an outline. */
function withVisitors(model, paints, palette, painter) {
  const open = paints.map(({ fill }) => ({
    fill: palette.paper,
    ring: fill,
    ink: fill,
    dotted: false,
  }));
  return {
    ...painter,
    paints: [...paints, ...open],
    paintOf: (actor) => painter.paintOf(actor) + (actor.visitor ? paints.length : 0),
  };
}

/** A national network is a square: at home nowhere in particular. */
export function isSquare(model, actor) {
  return model.sectors[actor.sector]?.slug === "national_network";
}
