// The map itself: joins Leaflet, supercluster, ground and markers.

import { drawGround } from "./ground.js";
import { featuresOf, fill } from "./model.js";
import { actorLink, DOT, groupButton, showNames, sizeOfGroup, spotsIn } from "./markers.js";

const CLOSEST = 17;
const GROUPED_UP_TO = 15; // from the next zoom on, everybody stands alone
const GROUP_RADIUS = 34; // pixels
const GROUP_FROM = 4; // a few stand side by side

export class PlaceView {
  /**
   * @param {{L: object, Supercluster: Function}} libraries
   * @param {HTMLElement} stage
   * @param {object} data what the server says, see README.md
   * @param {{pick: (actor: object, event: Event) => void, say: (text: string) => void}} answers
   */
  constructor(libraries, stage, data, answers) {
    this.L = libraries.L;
    this.data = data;
    this.answers = answers;
    this.index = new libraries.Supercluster({
      radius: GROUP_RADIUS,
      maxZoom: GROUPED_UP_TO,
      minPoints: GROUP_FROM,
    }).load(featuresOf(data.actors));
    this.map = this.makeMap(stage);
    this.ground = drawGround(this.L, this.map, data);
    this.layer = this.L.layerGroup().addTo(this.map);
    this.showAll();
    this.map.on("moveend zoomend resize", () => this.draw());
    this.draw();
  }

  makeMap(stage) {
    const { L, data } = this;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const touch = matchMedia("(pointer: coarse)").matches;
    const map = L.map(stage, {
      zoomControl: false,
      zoomSnap: 0.5,
      maxZoom: CLOSEST,
      maxBounds: data.limits,
      maxBoundsViscosity: 1,
      scrollWheelZoom: false,
      trackResize: false,
      dragging: !touch, // one finger scrolls the page; two move the map
      zoomAnimation: !still,
      fadeAnimation: !still,
      markerZoomAnimation: !still,
      inertia: !still,
    });
    map.attributionControl.setPrefix(false);
    if (data.ground.counties.length) map.attributionControl.addAttribution(data.texts.outlines);
    if (data.tiles?.attribution) map.attributionControl.addAttribution(textOnly(data.tiles.attribution));
    L.control.zoom({ zoomInTitle: data.texts.zoom_in, zoomOutTitle: data.texts.zoom_out }).addTo(map);
    this.addWholeButton(map);
    L.control.scale().addTo(map);
    // Its own size, not the window's; paper has another one and must not move the map.
    this.sizes = new ResizeObserver(() => {
      if (stage.clientWidth && !matchMedia("print").matches) map.invalidateSize({ animate: false });
    });
    this.sizes.observe(stage);
    // The wheel zooms only a map that somebody works with; otherwise it scrolls the page.
    stage.addEventListener("focusin", () => map.scrollWheelZoom.enable());
    stage.addEventListener("focusout", () => map.scrollWheelZoom.disable());
    stage.setAttribute("role", "group");
    stage.setAttribute("aria-label", data.texts.map);
    return map;
  }

  /** Beside those that zoom, a button back to the whole city. */
  addWholeButton(map) {
    const { L, data } = this;
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar");
      const button = L.DomUtil.create("button", "place-whole-city", bar);
      button.type = "button";
      button.title = data.texts.whole;
      button.setAttribute("aria-label", data.texts.whole);
      L.DomEvent.disableClickPropagation(bar);
      button.addEventListener("click", () => this.showAll());
      return bar;
    };
    control.addTo(map);
  }

  /** As on the first day: the whole city. */
  showAll() {
    this.map.setMinZoom(0);
    this.map.fitBounds(this.data.view, { animate: false });
    this.map.setMinZoom(this.map.getBoundsZoom(this.data.limits, true));
  }

  draw() {
    const focused = this.focusedSlugs();
    this.layer.clearLayers();
    const links = [];
    const taken = [];
    const pixelOf = (at) => {
      const { x, y } = this.map.latLngToLayerPoint(at);
      return { x, y };
    };
    const bounds = this.map.getBounds().pad(0.1);
    for (const spot of spotsIn(this.index, this.data.actors, bounds, this.map.getZoom(), pixelOf)) {
      if (spot.actor) links.push(this.addActor(spot));
      else taken.push(this.addGroup(spot));
    }
    const groups = taken.map((element) => element.getBoundingClientRect());
    const frame = this.map.getContainer().getBoundingClientRect();
    this.ground.arrange(showNames(links, groups, frame));
    this.giveFocusBack(focused);
  }

  addActor({ actor, at, offset }) {
    const { data, answers } = this;
    const element = actorLink(actor, data);
    element.addEventListener("click", (event) => answers.pick(actor, event));
    this.addMarker(at, element, DOT, offset);
    return { actor, element };
  }

  addGroup({ at, id, count, slugs, offset }) {
    const element = groupButton(count, this.data);
    element.dataset.actors = slugs.join(" ");
    element.addEventListener("click", () => {
      const zoom = Math.min(CLOSEST, this.index.getClusterExpansionZoom(id));
      this.map.once("moveend", () => this.sayWhatIsInSight());
      this.map.setView(at, Math.max(zoom, this.map.getZoom() + 1));
    });
    this.addMarker(at, element, sizeOfGroup(count), offset);
    return element;
  }

  addMarker(at, element, size, [right, down]) {
    const icon = this.L.divIcon({
      className: "place-marker",
      html: element,
      iconSize: [size, size],
      iconAnchor: [size / 2 - right, size / 2 - down],
    });
    // The element inside takes focus and clicks, the marker around it nothing.
    this.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.layer);
  }

  /** Slugs of the marker that has the focus: it may be another element after a zoom. */
  focusedSlugs() {
    const { activeElement } = document;
    if (!this.map.getContainer().contains(activeElement)) return null;
    const { actor, actors } = activeElement.dataset;
    return actor ? [actor] : (actors?.split(" ") ?? null);
  }

  giveFocusBack(slugs) {
    if (!slugs) return;
    const holders = this.map.getContainer().querySelectorAll("[data-actor], [data-actors]");
    const isIts = ({ dataset }) =>
      slugs.includes(dataset.actor) || dataset.actors?.split(" ").some((slug) => slugs.includes(slug));
    ([...holders].find(isIts) ?? this.map.getContainer()).focus({ preventScroll: true });
  }

  sayWhatIsInSight() {
    const bounds = this.map.getBounds();
    const count = this.data.actors.filter(({ at }) => bounds.contains(at)).length;
    this.answers.say(fill(this.data.texts.in_sight, { count, all: this.data.actors.length }));
  }

  remove() {
    this.sizes.disconnect();
    this.map.remove();
  }
}

/** Leaflet writes attributions as HTML; ours is a text of the settings. */
function textOnly(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}
