// Pointer, wheel and keys on the canvas, as calls to a handler.

const TAP = 6; // pixels a pointer may slip and still pick
const STEP = 1.35; // of the zoom keys and buttons
const PAN = 60;
const REACH = { mouse: 8, touch: 22 }; // pixels around a dot that belong to it
const WHEEL_LINE = 16;

const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * @typedef {object} Handler
 * @property {(x: number, y: number, reach: number) => void} tap
 * @property {(x: number, y: number, reach: number) => void} hover
 * @property {() => void} leave
 * @property {(dx: number, dy: number) => void} move
 * @property {(factor: number, x?: number, y?: number) => boolean} zoom false: nothing left to zoom
 * @property {() => void} home
 * @property {(direction: number[]) => void} walk
 * @property {(step: number) => void} district
 * @property {() => void} open
 * @property {() => void} letGo
 * @property {() => boolean} isFull
 */

/**
 * Listen on a canvas until the signal ends it.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Handler} handler
 * @param {AbortSignal} signal
 */
export function listen(canvas, handler, signal) {
  listenToPointers(canvas, handler, signal);
  canvas.addEventListener("wheel", (event) => onWheel(event, canvas, handler), {
    passive: false,
    signal,
  });
  canvas.addEventListener("keydown", (event) => onKey(event, handler), { signal });
}

export { STEP as ZOOM_STEP };

// ── Pointers ─────────────────────────────────────────────────────────────────────────────────────

function listenToPointers(canvas, handler, signal) {
  const gesture = new Gesture(canvas, handler);
  const on = (type, listener) => canvas.addEventListener(type, listener, { signal });
  on("pointerdown", (event) => gesture.down(event));
  on("pointermove", (event) => gesture.move(event));
  on("pointerup", (event) => gesture.up(event));
  on("pointercancel", (event) => gesture.end(event));
  on("pointerleave", (event) => event.pointerType === "mouse" && handler.leave());
  // Two fingers are ours, also where the browser does not know touch-action.
  const keepTwo = (event) => event.touches.length > 1 && event.cancelable && event.preventDefault();
  canvas.addEventListener("touchstart", keepTwo, { passive: false, signal });
  canvas.addEventListener("touchmove", keepTwo, { passive: false, signal });
}

/** Pointers that are down. One finger scrolls the page; a mouse, a pen or two fingers move the map. */
class Gesture {
  constructor(canvas, handler) {
    this.canvas = canvas;
    this.handler = handler;
    this.points = new Map();
    this.slipped = 0;
  }

  down(event) {
    if (event.button > 0) return;
    if (!this.points.size) this.slipped = 0;
    this.points.set(event.pointerId, this.place(event));
    if (event.pointerType !== "touch") this.canvas.setPointerCapture(event.pointerId);
    if (this.points.size > 1) this.slipped = Infinity;
  }

  move(event) {
    const now = this.place(event);
    const before = this.points.get(event.pointerId);
    if (!before) return this.hover(event, now);
    this.slipped += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (this.points.size > 1) return this.pinch(event.pointerId, now);
    this.points.set(event.pointerId, now);
    const moves = event.pointerType !== "touch" || this.handler.isFull();
    if (moves && this.slipped > TAP / 2) this.handler.move(now[0] - before[0], now[1] - before[1]);
    return undefined;
  }

  /** Two fingers: their middle moves the map, their distance zooms it. */
  pinch(id, now) {
    const [one, other] = [...this.points.values()];
    const before = span(one, other);
    this.points.set(id, now);
    const [a, b] = [...this.points.values()];
    const after = span(a, b);
    this.handler.move(after.x - before.x, after.y - before.y);
    if (before.distance > 0) this.handler.zoom(after.distance / before.distance, after.x, after.y);
  }

  up(event) {
    const isTap = this.points.has(event.pointerId) && this.slipped < TAP;
    this.end(event);
    if (isTap) this.handler.tap(...this.place(event), reachOf(event));
  }

  end(event) {
    this.points.delete(event.pointerId);
  }

  hover(event, now) {
    if (event.pointerType === "mouse") this.handler.hover(...now, reachOf(event));
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

function reachOf(event) {
  return event.pointerType === "touch" ? REACH.touch : REACH.mouse;
}

function span([ax, ay], [bx, by]) {
  return { x: (ax + bx) / 2, y: (ay + by) / 2, distance: Math.hypot(ax - bx, ay - by) };
}

// ── Wheel ────────────────────────────────────────────────────────────────────────────────────────

/** The wheel belongs to the page, unless the map has the focus, Ctrl is held or it fills the screen. */
function onWheel(event, canvas, handler) {
  const isOurs =
    event.ctrlKey || event.metaKey || handler.isFull() || document.activeElement === canvas;
  if (!isOurs) return;
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE : 1;
  const speed = event.ctrlKey ? 0.01 : 0.0016;
  const box = canvas.getBoundingClientRect();
  const factor = Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) * speed);
  const zoomed = handler.zoom(factor, event.clientX - box.left, event.clientY - box.top);
  // With Ctrl the browser would zoom the page; at the end of ours, a plain wheel scrolls on.
  if (zoomed || event.ctrlKey) event.preventDefault();
}

// ── Keys ─────────────────────────────────────────────────────────────────────────────────────────

function onKey(event, handler) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = actionOf(event, handler);
  if (!action) return;
  event.preventDefault();
  action();
}

function actionOf(event, handler) {
  const direction = DIRECTIONS[event.key];
  if (direction && event.shiftKey)
    return () => handler.move(-direction[0] * PAN, -direction[1] * PAN);
  if (direction) return () => handler.walk(direction);
  return {
    "+": () => handler.zoom(STEP),
    "=": () => handler.zoom(STEP),
    "-": () => handler.zoom(1 / STEP),
    0: () => handler.home(),
    PageDown: () => handler.district(1),
    PageUp: () => handler.district(-1),
    Enter: () => handler.open(),
    Escape: () => handler.letGo(),
  }[event.key];
}
