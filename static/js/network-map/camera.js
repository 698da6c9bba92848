// What part of the map is seen: map units to pixels and back. No DOM.

const FARTHEST = 0.75;
const NEAREST = 14;
const EDGE = 80; // pixels of the map that stay in sight, however far it is moved

/** A view onto a box in map units; `scale` is pixels per unit. */
export class Camera {
  constructor() {
    this.width = 1;
    this.height = 1;
    this.box = [0, 0, 1000, 1000];
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.home = 1;
  }

  /** How much nearer than everything: 1 shows all. */
  get zoom() {
    return this.scale / this.home;
  }

  get isHome() {
    return Math.abs(this.zoom - 1) < 0.001;
  }

  toScreen(x, y) {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }

  toMap(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  /** The seen part in map units, with a margin in pixels. */
  seen(margin = 0) {
    return [
      ...this.toMap(-margin, -margin),
      ...this.toMap(this.width + margin, this.height + margin),
    ];
  }

  /** Take a new size or a new map; whoever saw everything sees everything again. */
  setFrame(width, height, box) {
    const middle = this.toMap(this.width / 2, this.height / 2);
    const showedAll = this.isHome;
    const zoom = this.zoom;
    Object.assign(this, { width, height, box });
    this.home = Math.min(width / (box[2] - box[0]), height / (box[3] - box[1]));
    if (showedAll) return this.showAll();
    this.scale = this.home * zoom;
    return this.center(...middle);
  }

  showAll() {
    this.scale = this.home;
    this.center((this.box[0] + this.box[2]) / 2, (this.box[1] + this.box[3]) / 2);
  }

  center(x, y) {
    this.x = this.width / 2 - x * this.scale;
    this.y = this.height / 2 - y * this.scale;
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.keepInSight();
  }

  /** @returns {boolean} whether there was anything left to zoom */
  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    const wanted = Math.max(
      FARTHEST * this.home,
      Math.min(NEAREST * this.home, this.scale * factor),
    );
    const real = wanted / this.scale;
    if (Math.abs(real - 1) < 1e-6) return false;
    this.x = x - (x - this.x) * real;
    this.y = y - (y - this.y) * real;
    this.scale = wanted;
    this.keepInSight();
    return true;
  }

  /** Whether a point in map units is seen, with room around it. */
  shows(x, y, room = 60) {
    const [sx, sy] = this.toScreen(x, y);
    return sx > room && sy > room && sx < this.width - room && sy < this.height - room;
  }

  keepInSight() {
    const [left, top] = this.toScreen(this.box[0], this.box[1]);
    const [right, bottom] = this.toScreen(this.box[2], this.box[3]);
    this.x += Math.max(0, EDGE - right) - Math.max(0, left - this.width + EDGE);
    this.y += Math.max(0, EDGE - bottom) - Math.max(0, top - this.height + EDGE);
  }
}
