// Small pictures beside words: dots, lines, the mark of a sector. All decorative.

const SVG = "http://www.w3.org/2000/svg";

/** The mark that the server's templates draw; style sheets color it. */
export function sectorMark({ slug = "", letter = "?" } = {}) {
  const shape =
    slug === "national_network"
      ? svg("rect", { width: 20, height: 20, rx: 4 })
      : svg("circle", { cx: 10, cy: 10, r: 10 });
  const text = svg("text", { x: 10, y: 14 });
  text.textContent = letter;
  const sign = decorative({
    class: `mark sector-${slug}`,
    viewBox: "0 0 20 20",
    width: 22,
    height: 22,
  });
  sign.append(shape, text);
  return sign;
}

/** A dot as in the drawing. */
export function dotSign(paint, letter = "") {
  const sign = decorative({ viewBox: "0 0 22 22", width: 22, height: 22 });
  sign.append(
    svg("circle", {
      cx: 11,
      cy: 11,
      r: 9,
      fill: paint.fill,
      stroke: paint.ring || paint.fill,
      "stroke-width": 1.8,
      ...(paint.dotted ? { "stroke-dasharray": "2 2" } : {}),
    }),
  );
  if (letter) {
    const font = { "font-size": 11.5, "font-weight": 760, "text-anchor": "middle" };
    const text = svg("text", { x: 11, y: 15.2, fill: paint.ink, ...font });
    text.textContent = letter;
    sign.append(text);
  }
  return sign;
}

/** A line as in the drawing. */
export function lineSign({ dash, width }) {
  const sign = decorative({ class: "key-sign key-line", viewBox: "0 0 44 22" });
  sign.append(
    svg("path", { d: "M2 11h40", "stroke-dasharray": dash.join(" "), "stroke-width": width }),
  );
  return sign;
}

function decorative(attributes) {
  const sign = svg("svg", { ...attributes, "aria-hidden": "true", focusable: "false" });
  sign.style.flex = "none"; // words beside it do not squeeze it
  return sign;
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
