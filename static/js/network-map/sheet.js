// The picture to take away, with words around it.

import { Renderer, TURN } from "./renderer.js";

const SHEET_RATIO = 2;
const SHEET_PADDING = 24;
const LEGEND_LINE = 26;

/** The drawn view with its title, its day and its legend. */
export class Sheet {
  /**
   * @param {Renderer} renderer
   * @param {{title: string, day: string, legend: {label: string, letter: string, paint: object}[]}} caption
   */
  constructor(renderer, caption) {
    this.caption = caption;
    this.palette = renderer.palette;
    this.map = new Renderer(document.createElement("canvas"), renderer.palette);
    this.map.resize(renderer.width, renderer.height, SHEET_RATIO);
    this.map.draw({ ...renderer.view, isMoving: false });
    this.context = document.createElement("canvas").getContext("2d", { alpha: false });
    this.width = renderer.width;
    this.head = SHEET_PADDING * 2 + 40;
    this.layLegend();
  }

  /** Entries side by side, in as many lines as it takes. */
  layLegend() {
    let x = SHEET_PADDING;
    let y = 0;
    this.entries = this.caption.legend.map((entry) => {
      const width = 34 + this.map.lettering.width(entry.label, 13, 500);
      if (x > SHEET_PADDING && x + width > this.width - SHEET_PADDING) {
        x = SHEET_PADDING;
        y += LEGEND_LINE;
      }
      const placed = { ...entry, x, y };
      x += width + 14;
      return placed;
    });
    this.height = this.head + this.map.height + y + LEGEND_LINE + SHEET_PADDING;
  }

  /** @returns {Promise<Blob>} a PNG */
  toBlob() {
    const { context } = this;
    context.canvas.width = this.width * SHEET_RATIO;
    context.canvas.height = this.height * SHEET_RATIO;
    context.fillStyle = this.palette.paper;
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    context.drawImage(this.map.canvas, 0, this.head * SHEET_RATIO);
    context.scale(SHEET_RATIO, SHEET_RATIO);
    this.drawHead();
    for (const entry of this.entries) this.drawEntry(entry);
    return new Promise((resolve) => context.canvas.toBlob(resolve, "image/png"));
  }

  drawHead() {
    this.write(this.caption.title, SHEET_PADDING, SHEET_PADDING + 22, 22, 800, this.palette.ink);
    this.write(this.caption.day, SHEET_PADDING, SHEET_PADDING + 46, 14, 400, this.palette.ink2);
  }

  drawEntry({ x, y, paint, letter, label }) {
    const { context } = this;
    const top = this.head + this.map.height + y + LEGEND_LINE / 2;
    context.beginPath();
    context.arc(x + 10, top, 9, 0, TURN);
    context.fillStyle = paint.fill;
    context.fill();
    context.strokeStyle = paint.ring || paint.fill;
    context.setLineDash(paint.dotted ? [2, 2] : []);
    context.stroke();
    context.setLineDash([]);
    if (letter) this.write(letter, x + 10, top + 4, 11, 760, paint.ink, "center");
    this.write(label, x + 26, top + 5, 13, 500, this.palette.ink);
  }

  write(text, x, y, size, weight, color, align = "left") {
    const { context } = this;
    context.font = this.map.font(size, weight);
    context.textAlign = align;
    context.fillStyle = color;
    context.fillText(text, x, y, this.width - x - (align === "left" ? SHEET_PADDING : 0));
  }
}
