// Actors and groups of actors as elements of the page: links and buttons with their names as text.

import { isWithin, overlap } from "./ground.js";
import { apart, clip, fill } from "./model.js";

export const DOT = 24; // pixels
const AIR = 3;
const SMALLEST_GROUP = 30;
const LONGEST_NAME = 42; // characters: two lines

/**
 * What stands on the map at a zoom: groups of many and single actors, none over another.
 * `pixelOf` says where [latitude, longitude] is on the screen; `offset` how far a spot had to give way.
 */
export function spotsIn(index, actors, bounds, zoom, pixelOf) {
  const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const spots = index.getClusters(box, Math.floor(zoom)).map(({ geometry, properties }) => {
    const at = [geometry.coordinates[1], geometry.coordinates[0]];
    if (!properties.cluster) return { at, actor: actors[properties.number], radius: DOT / 2 };
    const { cluster_id: id, point_count: count } = properties;
    const slugs = index.getLeaves(id, count).map((leaf) => actors[leaf.properties.number].slug);
    return { at, id, count, slugs, radius: sizeOfGroup(count) / 2 };
  });
  // From the top left, as one reads: that is the order of the tab key.
  spots.sort((a, b) => b.at[0] - a.at[0] || a.at[1] - b.at[1]);
  const moves = apart(
    spots.map(({ at, radius }) => ({ ...pixelOf(at), radius })),
    AIR,
  );
  return spots.map((spot, i) => ({ ...spot, offset: moves[i] }));
}

/** The link of an actor: its letter in a dot, and its name. */
export function actorLink(actor, data) {
  const sector = data.sectors[actor.sector] ?? { label: actor.sector, letter: "?" };
  const link = document.createElement("a");
  link.href = actor.url;
  link.className = `place-dot sector-${actor.sector}`;
  link.dataset.actor = actor.slug;
  if (actor.sector === "national_network") link.classList.add("place-square");
  if (actor.visitor) link.classList.add("place-visitor");
  const letter = document.createElement("span");
  letter.className = "place-letter";
  letter.textContent = sector.letter;
  letter.setAttribute("aria-hidden", "true");
  // Beside the dot a name of two lines at most, if there is room; the whole one is said, and drawn when
  // the dot is pointed at.
  const name = nameIn("place-name", clip(actor.name, LONGEST_NAME));
  name.setAttribute("aria-hidden", "true");
  const whole = nameIn("place-whole", actor.name);
  const more = document.createElement("span");
  more.className = "vh";
  more.textContent = `, ${sector.label}${actor.visitor ? `, ${data.texts.elsewhere}` : ""}`;
  link.append(letter, name, whole, more);
  return link;
}

function nameIn(kind, text) {
  const holder = document.createElement("span");
  holder.className = kind;
  const words = document.createElement("bdi");
  words.textContent = text;
  holder.append(words);
  return holder;
}

/** The button of a group: its number. */
export function groupButton(count, data) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "place-group";
  const shown = count.toLocaleString(document.documentElement.lang || undefined);
  button.textContent = shown;
  button.setAttribute("aria-label", fill(data.texts.many, { count: shown }));
  return button;
}

export function sizeOfGroup(count) {
  return Math.round(SMALLEST_GROUP + 3.2 * Math.sqrt(count));
}

/** Shows as many names as fit into the frame over no other name or dot; the best connected come first. */
export function showNames(links, taken, frame) {
  const dots = links.map(({ element }) => element.querySelector(".place-letter").getBoundingClientRect());
  const byTies = [...links.keys()].sort((a, b) => links[b].actor.ties - links[a].actor.ties);
  for (const number of byTies) {
    const { element } = links[number];
    const name = element.querySelector(".place-name");
    element.classList.remove("named", "name-left");
    for (const side of ["name-right", "name-left"]) {
      element.classList.toggle("name-left", side === "name-left");
      const own = name.getBoundingClientRect();
      const free =
        isWithin(own, frame) &&
        !taken.some((other) => overlap(own, other)) &&
        !dots.some((dot, other) => other !== number && overlap(own, dot));
      if (free) {
        element.classList.add("named");
        taken.push(own);
        break;
      }
    }
    if (!element.classList.contains("named")) element.classList.remove("name-left");
  }
  return taken.concat(dots);
}
