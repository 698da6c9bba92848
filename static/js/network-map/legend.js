// What the colors mean, beside the map.

import { setText } from "./page.js";
import { dotSign, sectorMark } from "./signs.js";
import { painterOf, SKILL_STEPS } from "./style.js";

/** The colors in use. The list may come and go with the panel that it stands in. */
export class Legend {
  constructor(words) {
    this.words = words;
  }

  show(model, state, lines) {
    const list = document.querySelector("[data-map-legend]");
    if (!list) return;
    list.replaceChildren(...lines.map((line) => this.line(line)));
    this.showHead(model, state);
  }

  /** Its heading, and a note on groups: the server's own may be of another color. */
  showHead(model, { color, skill }) {
    const head = document.querySelector("[data-map-legend-head]");
    const note = document.querySelector("[data-map-legend-note]");
    if (note) note.hidden = color !== "group";
    if (!head) return;
    const asked = color === "skill" && model.competencies.find((one) => one.slug === skill[0]);
    setText(head, asked ? asked.label : head.dataset[color === "group" ? "group" : "sector"]);
  }

  line({ label, letter, paint, count, sector }) {
    const entry = document.createElement("li");
    const number = document.createElement("span");
    number.className = "number";
    number.textContent = this.words.number(count);
    const name = document.createElement("bdi");
    name.textContent = label;
    entry.append(sector ? sectorMark(sector) : dotSign(paint, letter), name, number);
    return entry;
  }
}

/** The colors in use with their words and numbers of shown actors. */
export function legendOf(model, state, palette, shown, words) {
  const painter = painterOf(model, state, palette);
  const base = painter.paints.length / 2;
  const isSkill = state.color === "skill" && state.skill.length > 0;
  const lines = new Map();
  for (const actor of model.actors) {
    if (!shown[actor.index]) continue;
    const paint = painter.paintOf(actor);
    const key = isSkill ? paint : paint % base;
    const line = lines.get(key) ?? { key, paint: painter.paints[key], count: 0, actor };
    line.count += 1;
    lines.set(key, line);
  }
  return [...lines.values()]
    .sort((a, b) => a.key - b.key)
    .map((line) => ({ ...line, ...naming(model, state, line, isSkill, words) }));
}

function naming(model, state, { key, actor }, isSkill, words) {
  if (isSkill) return { label: words.of("levels", SKILL_STEPS[key]), letter: "" };
  if (state.color !== "group") {
    const sector = model.sectors[actor.sector];
    return { label: sector?.label ?? "", letter: sector?.letter ?? "", sector };
  }
  if (actor.group === null) return { label: words.say("alone"), letter: "" };
  const district = (model.districts.group ?? []).find(([group]) => group === actor.group);
  return {
    label: district?.[4] || words.say("group", { n: actor.group + 1 }),
    letter: String(actor.group + 1),
  };
}
