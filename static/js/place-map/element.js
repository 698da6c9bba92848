// <place-map>: starts itself when it comes into sight. Until then, and if anything fails, the drawing
// from the server inside it stays.

import { loadData, loadLibraries } from "./load.js";
import { PlaceView } from "./view.js";

class PlaceMap extends HTMLElement {
  connectedCallback() {
    this.watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.start();
    });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.close();
  }

  /** Loads what it needs and takes the place of the drawing. Safe to call again. */
  async start() {
    this.watch?.disconnect();
    if (this.view || this.isStarting) return;
    this.isStarting = true;
    try {
      const [libraries, data] = await Promise.all([loadLibraries(this.dataset), loadData(this.getAttribute("src"))]);
      if (this.isConnected && data.view) this.open(libraries, data);
    } catch (problem) {
      console.warn("The map of places stays a drawing.", problem);
    } finally {
      this.isStarting = false;
    }
  }

  open(libraries, data) {
    this.drawing = [...this.children];
    this.stage = Object.assign(document.createElement("div"), { className: "place-stage" });
    this.status = Object.assign(document.createElement("p"), { className: "vh" });
    this.status.setAttribute("role", "status");
    for (const part of this.drawing) part.setAttribute("hidden", ""); // paper shows it all the same
    this.append(this.stage, this.status);
    this.view = new PlaceView(libraries, this.stage, data, {
      pick: (actor, event) => this.pick(actor, event),
      say: (text) => {
        this.status.textContent = text;
      },
    });
    this.dispatchEvent(new CustomEvent("place-map-ready", { bubbles: true }));
  }

  /** A plain click on an actor can be answered by the page; otherwise its link is followed. */
  pick(actor, event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    const picked = new CustomEvent("place-pick", { bubbles: true, cancelable: true, detail: { slug: actor.slug } });
    if (!this.dispatchEvent(picked)) event.preventDefault();
  }

  /** The whole city again. */
  showAll() {
    this.view?.showAll();
  }

  close() {
    this.view?.remove();
    this.stage?.remove();
    this.status?.remove();
    for (const part of this.drawing ?? []) part.removeAttribute("hidden");
    this.view = this.stage = this.status = this.drawing = undefined;
  }

  /** Reads `src` again, for another filter. */
  async refresh() {
    this.close();
    await this.start();
  }
}

customElements.define("place-map", PlaceMap);
