// What the colors mean, beside the map.

import { dotSign, sectorMark } from "./signs.js";

/** The colors in use. The list may come and go with the panel that it stands in. */
export class Legend {
  constructor(words) {
    this.words = words;
  }

  show(lines) {
    const list = document.querySelector("[data-map-legend]");
    if (list) list.replaceChildren(...lines.map((line) => this.line(line)));
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
