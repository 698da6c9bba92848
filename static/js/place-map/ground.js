// What lies beneath the dots: counties, state lines, names, and tiles if an address is set.
// Colours are those of the drawing on the server; the style sheet has them.

import { pointsInside, pointsOf } from "./model.js";

const STEP = 14; // pixels between two places tried for the city's name
const RINGS = 9;

function pane(map, name, order) {
  map.createPane(name).style.zIndex = order;
  return name;
}

/** Names of the ground, each with the places where it may stand, the best first. */
class GroundNames {
  constructor(L, map) {
    this.L = L;
    this.map = map;
    this.names = [];
    const holder = map.getPane(pane(map, "names", 430));
    holder.style.pointerEvents = "none";
    holder.setAttribute("aria-hidden", "true");
  }

  /** @param {() => [number, number][]} choices asked anew for every view */
  add(text, kind, at, choices) {
    const words = document.createElement("span");
    words.textContent = text;
    const icon = this.L.divIcon({ className: `ground-name ${kind}`, html: words, iconSize: [0, 0] });
    const options = { pane: "names", interactive: false, keyboard: false, icon };
    const marker = this.L.marker(at, options).addTo(this.map);
    this.names.push({ words, marker, choices });
  }

  /** Puts every name where it covers nothing of `taken`, rectangles on the screen, or hides it. */
  arrange(taken) {
    const frame = this.map.getContainer().getBoundingClientRect();
    for (const { words, marker, choices } of this.names) {
      const { width, height } = words.getBoundingClientRect();
      const spot = choices()
        .map((at) => ({ at, box: boxAround(this.map.latLngToContainerPoint(at), width, height, frame) }))
        .find(({ box }) => isWithin(box, frame) && !taken.some((other) => overlap(box, other)));
      words.classList.toggle("hidden", !spot);
      if (!spot) continue;
      marker.setLatLng(spot.at);
      taken.push(spot.box);
    }
  }
}

function boxAround({ x, y }, width, height, frame) {
  const left = frame.left + x - width / 2;
  const top = frame.top + y - height / 2;
  return { left, top, right: left + width, bottom: top + height };
}

export function isWithin(box, frame) {
  return box.left > frame.left && box.right < frame.right && box.top > frame.top && box.bottom < frame.bottom;
}

export function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Draws the ground and returns its names; call their `arrange` after every move. */
export function drawGround(L, map, data) {
  const { ground, tiles, city } = data;
  const land = { pane: pane(map, "land", 210), interactive: false, renderer: L.svg({ pane: "land", padding: 1 }) };
  const lines = { pane: pane(map, "lines", 220), interactive: false, renderer: L.svg({ pane: "lines", padding: 1 }) };
  const names = new GroundNames(L, map);
  if (tiles) L.tileLayer(tiles.url, { maxZoom: 18 }).addTo(map);
  else if (city.at) names.add(city.name, "city-name", city.at, () => around(map, city.at));
  const kind = tiles ? "place-ground over-tiles" : "place-ground";
  for (const county of ground.counties) {
    const rings = county.rings.map(pointsOf);
    const className = `${kind} county${county.home ? " county-home" : ""}`;
    L.polygon(rings.map((ring) => [ring]), { ...land, className, weight: 1 }).addTo(map);
    if (!tiles) names.add(county.name, "county-name", rings[0][0], () => visiblePoints(map, rings));
  }
  for (const line of ground.state_lines) {
    L.polyline(pointsOf(line), { ...lines, className: "place-ground state-line", weight: 1.6 }).addTo(map);
  }
  return names;
}

/** Outward from a place, on rings. */
function around(map, at) {
  const middle = map.latLngToContainerPoint(at);
  const found = [at];
  for (let ring = 1; ring <= RINGS; ring += 1) {
    for (let turn = 0; turn < 8; turn += 1) {
      const angle = (turn * Math.PI) / 4;
      const step = [2 * ring * STEP * Math.cos(angle), ring * STEP * Math.sin(angle)];
      found.push(map.containerPointToLatLng(middle.add(step)));
    }
  }
  return found;
}

/** Inside the part of a county that is in sight, from its middle outward. */
function visiblePoints(map, rings) {
  const bounds = map.getBounds();
  const box = [
    [bounds.getSouth(), bounds.getWest()],
    [bounds.getNorth(), bounds.getEast()],
  ];
  const points = pointsInside(rings, box);
  const middle = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const far = (point) => Math.hypot(point[0] - middle[0], point[1] - middle[1]);
  return points.sort((a, b) => far(a) - far(b));
}
