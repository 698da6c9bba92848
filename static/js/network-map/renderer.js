// Draws a scene. Only this file and sheet.js touch a canvas.

import { ASCENT, Lettering, LINE, PILL, placeLabels } from "./labels.js";
import { dotsOnScreen, LOOK, NARROW_SCREEN, wishesOf } from "./scene.js";

const MARGIN = 140; // pixels around the screen that the kept drawing of the ties covers
const DIM_DOT = 0.24;
const DIM_TIE = 0.22;
const LETTER_FROM = 6.5; // smaller dots have no letter: it could not be read
const CURVES_PER_STROKE = 250; // one long path is slower to fill than several short ones
const MANY_TIES = 400;
export const TURN = 2 * Math.PI;

export class Renderer {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas, palette) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.ground = document.createElement("canvas");
    this.groundKey = null;
    this.labels = null;
    this.setPalette(palette);
  }

  setPalette(palette) {
    this.palette = palette;
    this.groundKey = null;
    this.forgetText();
  }

  /** After a web font has come, all widths are others. */
  forgetText() {
    this.labels = null;
    this.lettering = new Lettering((text, size, weight) => {
      this.context.font = this.font(size, weight);
      return this.context.measureText(text).width;
    });
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.groundKey = null;
  }

  font(size, weight) {
    return `${weight} ${size}px ${this.palette.font || "sans-serif"}`;
  }

  /**
   * @param {object} view
   * @param {object} view.scene
   * @param {object} view.emphasis
   * @param {object} view.focus
   * @param {import("./camera.js").Camera} view.camera
   * @param {boolean} view.isMoving in the middle of a gesture: speed before sharpness
   */
  draw(view) {
    this.view = view;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.drawGround();
    this.drawStrongTies();
    this.drawDots();
    this.drawRings();
    this.drawLabels();
  }

  // ── Discs and all ties, kept as a picture while the map is only moved ───────────────────────────

  drawGround() {
    const { camera, isMoving } = this.view;
    const kept = this.groundKey;
    const isSame = kept && kept.scene === this.view.scene && kept.dims === this.view.emphasis.dims;
    if (isSame && kept.scale === camera.scale && this.covers(kept))
      return this.pasteGround(kept, 1);
    const factor = kept ? camera.scale / kept.scale : 1;
    // In the middle of a zoom the kept drawing is stretched; sharp ties come when it rests.
    if (isSame && isMoving && factor > 0.5 && factor < 2.5) return this.pasteGround(kept, factor);
    this.renderGround();
    return this.pasteGround(this.groundKey, 1);
  }

  covers(kept) {
    const { camera } = this.view;
    return Math.abs(camera.x - kept.x) <= MARGIN && Math.abs(camera.y - kept.y) <= MARGIN;
  }

  pasteGround(kept, factor) {
    const { context, ratio } = this;
    const { camera } = this.view;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (factor !== 1 || !this.covers(kept)) this.clear(context);
    const left = camera.x - (kept.x + MARGIN) * factor;
    const top = camera.y - (kept.y + MARGIN) * factor;
    context.drawImage(
      this.ground,
      Math.round(left * ratio),
      Math.round(top * ratio),
      this.ground.width * factor,
      this.ground.height * factor,
    );
    context.restore();
  }

  clear(context) {
    context.fillStyle = this.palette.paper;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  }

  renderGround() {
    const { scene, emphasis, camera } = this.view;
    const context = this.groundContext();
    this.clear(context);
    const zero = MARGIN * this.ratio;
    context.setTransform(
      camera.scale * this.ratio,
      0,
      0,
      camera.scale * this.ratio,
      camera.x * this.ratio + zero,
      camera.y * this.ratio + zero,
    );
    this.paintDiscs(context);
    this.paintTies(context);
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.groundKey = {
      scene,
      dims: emphasis.dims,
      scale: camera.scale,
      x: camera.x,
      y: camera.y,
    };
  }

  groundContext() {
    const width = Math.round((this.width + 2 * MARGIN) * this.ratio);
    const height = Math.round((this.height + 2 * MARGIN) * this.ratio);
    if (this.ground.width !== width || this.ground.height !== height) {
      Object.assign(this.ground, { width, height });
    }
    return this.ground.getContext("2d", { alpha: false });
  }

  paintDiscs(context) {
    for (const disc of this.view.scene.discs) {
      context.beginPath();
      context.arc(disc.x, disc.y, disc.radius, 0, TURN);
      context.fillStyle = disc.tint;
      context.fill();
      if (!this.palette.isPlain) continue;
      context.strokeStyle = this.palette.line;
      context.lineWidth = 1 / this.view.camera.scale;
      context.stroke();
    }
  }

  paintTies(context) {
    const { scene, emphasis, camera } = this.view;
    const { full, light, wished, ink } = scene.base;
    const pixel = 1 / camera.scale;
    const fade = emphasis.dims ? DIM_TIE : 1;
    // Every stroke darkens what lies below it: the more of them, the fainter each.
    const crowd = 1 + full.length / 6 / CURVES_PER_STROKE / 8;
    const tone = Math.max(0.03, Math.min(0.42, ink * camera.zoom ** 0.25) / crowd) * fade;
    context.strokeStyle = this.palette.tie;
    context.lineWidth = this.tieWidth((0.8 + ink) * camera.zoom ** 0.2, full.length) * pixel;
    context.globalAlpha = tone;
    this.strokeCurves(context, full);
    context.globalAlpha = tone * 0.7;
    this.strokeCurves(context, light);
    context.globalAlpha = tone * 0.8 + 0.1 * fade;
    context.lineWidth = this.tieWidth(1.2, full.length) * pixel;
    context.setLineDash([5 * pixel, 5 * pixel]);
    this.strokeCurves(context, wished);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /**
   * Of many ties none is wider than a pixel of the screen: without a graphics card a hairline is
   * drawn some twenty times faster than an outline.
   */
  tieWidth(wanted, numbers) {
    return numbers / 6 > MANY_TIES ? Math.min(wanted, 1 / this.ratio) : Math.min(wanted, 1.3);
  }

  /** Curves that are seen, in map units. */
  strokeCurves(context, curves) {
    const [left, top, right, bottom] = this.view.camera.seen(MARGIN);
    let pending = 0;
    context.beginPath();
    for (let i = 0; i < curves.length; i += 6) {
      const [ax, ay, cx, cy, bx, by] = curves.subarray(i, i + 6);
      if (Math.min(ax, bx, cx) > right || Math.max(ax, bx, cx) < left) continue;
      if (Math.min(ay, by, cy) > bottom || Math.max(ay, by, cy) < top) continue;
      context.moveTo(ax, ay);
      context.quadraticCurveTo(cx, cy, bx, by);
      pending += 1;
      if (pending % CURVES_PER_STROKE) continue;
      context.stroke();
      context.beginPath();
    }
    context.stroke();
  }

  // ── Ties of those spoken of ─────────────────────────────────────────────────────────────────────

  drawStrongTies() {
    const { emphasis, camera } = this.view;
    const fine = camera.width < NARROW_SCREEN ? 0.65 : 1; // dots are smaller there, too
    for (const tie of emphasis.strong) {
      this.strokeOnScreen(tie.curve, this.palette.ink, tie.width * fine, tie.dash, tie.alpha);
    }
    for (const curve of emphasis.trail) this.strokeOnScreen(curve, this.palette.gold, 7, []);
    for (const curve of emphasis.trail) this.strokeOnScreen(curve, this.palette.ink, 2.6, []);
  }

  strokeOnScreen(curve, color, width, dash, alpha = 1) {
    const { context } = this;
    const { camera } = this.view;
    const [ax, ay] = camera.toScreen(curve[0], curve[1]);
    const [cx, cy] = camera.toScreen(curve[2], curve[3]);
    const [bx, by] = camera.toScreen(curve[4], curve[5]);
    context.beginPath();
    context.moveTo(ax, ay);
    context.quadraticCurveTo(cx, cy, bx, by);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.globalAlpha = alpha;
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  // ── Dots ────────────────────────────────────────────────────────────────────────────────────────

  drawDots() {
    const { scene, emphasis, camera } = this.view;
    const dots = dotsOnScreen(scene, emphasis, camera);
    const isStrong = (i) => emphasis.look[i] > LOOK.DIM;
    const strong = dots.members.filter(isStrong);
    this.context.globalAlpha = DIM_DOT;
    this.drawBatch(
      dots,
      dots.members.filter((i) => !isStrong(i)),
    );
    this.context.globalAlpha = 1;
    this.drawBatch(dots, strong, true);
    this.drawLetters(dots, strong);
    this.dots = dots;
  }

  /** Dots of one paint in one path. */
  drawBatch(dots, members, hasPaper = false) {
    const { paint, paints } = this.view.scene;
    const batches = paints.map(() => []);
    for (const i of members) batches[paint[i]]?.push(i);
    batches.forEach((batch, number) => {
      if (batch.length) this.drawPainted(dots, batch, paints[number], hasPaper);
    });
  }

  drawPainted(dots, batch, paint, hasPaper) {
    const { context } = this;
    const line = paint.ring ? 1.8 : 0;
    context.beginPath();
    for (const i of batch) this.traceDot(dots, i, line / 2);
    context.fillStyle = paint.fill;
    context.fill();
    if (!paint.ring && !hasPaper) return;
    context.strokeStyle = paint.ring || this.palette.paper;
    context.lineWidth = line || Math.min(1, dots.radius[batch[0]] * 0.3);
    if (paint.dotted) context.setLineDash([2, 2]);
    context.stroke();
    context.setLineDash([]);
  }

  traceDot(dots, i, less) {
    const { context } = this;
    const x = dots.x[i];
    const y = dots.y[i];
    const radius = Math.max(0.8, dots.radius[i] - less);
    if (this.view.scene.square[i]) {
      const side = radius * 1.78; // the area of the circle
      context.roundRect(x - side / 2, y - side / 2, side, side, side / 5);
    } else {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, TURN);
    }
  }

  drawLetters(dots, members) {
    const { context } = this;
    const { letter, paint, paints } = this.view.scene;
    context.textAlign = "center";
    let size = 0;
    for (const i of members) {
      const radius = dots.radius[i];
      if (radius < LETTER_FROM || !letter[i]) continue;
      const wanted = Math.round(radius * 1.05 * 2) / 2;
      if (wanted !== size) context.font = this.font((size = wanted), 760);
      context.fillStyle = paints[paint[i]].ink;
      context.fillText(letter[i], dots.x[i], dots.y[i] + size * 0.36);
    }
  }

  // ── Picked and hovered ──────────────────────────────────────────────────────────────────────────

  drawRings() {
    const { focus } = this.view;
    const { ink, gold } = this.palette;
    const isSeen = (actor) => actor >= 0 && this.dots.radius[actor] > 0;
    for (const actor of focus.lit) if (isSeen(actor)) this.ring(actor, 3, gold, 3);
    for (const actor of focus.path) if (isSeen(actor)) this.ring(actor, 3, ink, 2);
    if (isSeen(focus.hovered)) this.ring(focus.hovered, 2.5, ink, 2);
    if (!isSeen(focus.picked)) return;
    this.ring(focus.picked, 3.5, ink, 2.5);
    this.ring(focus.picked, 6, gold, 2.5);
  }

  ring(actor, distance, color, width) {
    const { context, dots } = this;
    context.beginPath();
    context.arc(dots.x[actor], dots.y[actor], dots.radius[actor] + distance, 0, TURN);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }

  // ── Names ───────────────────────────────────────────────────────────────────────────────────────

  drawLabels() {
    const labels = this.labelsNow();
    const names = labels.placed.filter((label) => label.place !== "pill");
    const { context } = this;
    context.save();
    context.translate(labels.dx, labels.dy);
    context.lineJoin = "round";
    for (const label of names) this.drawName(label);
    for (const label of labels.placed) if (label.place === "pill") this.drawPill(label);
    context.restore();
  }

  /** While the map is only moved, names move along; they are placed anew when it rests. */
  labelsNow() {
    const { scene, emphasis, focus, camera, isMoving } = this.view;
    const kept = this.labels;
    const isSame = kept && kept.emphasis === emphasis && kept.scale === camera.scale;
    if (!isSame || !isMoving) {
      const frame = [2, 2, camera.width - 2, camera.height - 2];
      const { wishes, ...options } = wishesOf(scene, emphasis, focus, camera);
      const placed = placeLabels(wishes, { ...options, frame, lettering: this.lettering });
      this.labels = { placed, emphasis, scale: camera.scale, x: camera.x, y: camera.y };
    }
    const { placed, x, y } = this.labels;
    return { placed, dx: camera.x - x, dy: camera.y - y };
  }

  drawName(label) {
    const { context, palette } = this;
    context.font = this.font(label.size, label.weight);
    context.textAlign = label.anchor;
    context.strokeStyle = palette.paper;
    context.fillStyle = label.color ?? palette.ink;
    context.lineWidth = label.size / 4;
    label.lines.forEach((line, number) => {
      const y = label.baseline + number * LINE * label.size;
      context.strokeText(line, label.x, y);
      context.fillText(line, label.x, y);
    });
  }

  drawPill(label) {
    const { context, palette } = this;
    const [left, , right] = label.box;
    const top = label.baseline - ASCENT * label.size - PILL.top;
    context.beginPath();
    context.roundRect(left, top, right - left, label.size * 1.1 + 2 * PILL.top, 6);
    context.fillStyle = palette.ink;
    context.fill();
    context.font = this.font(label.size, label.weight);
    context.textAlign = "center";
    context.fillStyle = palette.paper;
    context.fillText(label.lines[0], label.x, label.baseline);
  }
}
