// Points and boxes in the plane. No DOM.

/** Points in square cells, to find the near ones without looking at all. */
export class Grid {
  /**
   * @param {ArrayLike<number>} xs
   * @param {ArrayLike<number>} ys
   * @param {Iterable<number>} members indexes into them
   * @param {number} size of a cell
   */
  constructor(xs, ys, members, size) {
    this.size = size;
    this.cells = new Map();
    for (const i of members) {
      const key = cellKey(Math.floor(xs[i] / size), Math.floor(ys[i] / size));
      const cell = this.cells.get(key);
      if (cell) cell.push(i);
      else this.cells.set(key, [i]);
    }
  }

  /** Visit every point in the cells that a box touches; the point itself may lie outside. */
  visit(left, top, right, bottom, visitor) {
    const lastRow = Math.floor(bottom / this.size);
    const lastColumn = Math.floor(right / this.size);
    for (let row = Math.floor(top / this.size); row <= lastRow; row += 1) {
      for (let column = Math.floor(left / this.size); column <= lastColumn; column += 1) {
        const cell = this.cells.get(cellKey(column, row));
        if (cell) for (const i of cell) visitor(i);
      }
    }
  }
}

function cellKey(column, row) {
  return (column + 32768) * 65536 + row + 32768;
}

/** Whether two boxes, arrays of left, top, right, bottom, share ground. */
export function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

export function isWithin(inner, outer) {
  return (
    inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
  );
}

/** Whether a disc reaches into a box. */
export function touches(x, y, radius, box) {
  const dx = Math.max(box[0] - x, 0, x - box[2]);
  const dy = Math.max(box[1] - y, 0, y - box[3]);
  return dx * dx + dy * dy < radius * radius;
}

/** The value below which a share of the sorted values lies, as numpy's quantile. */
export function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
