// The colors of the page's style sheets, so that the canvas follows them, forced colors and print.

const TOKENS = {
  ink: "--ink",
  ink2: "--ink-2",
  paper: "--paper",
  page: "--page",
  wash: "--wash",
  quiet: "--line-soft",
  line: "--line",
  gold: "--gold",
  control: "--control",
  covered3: "--covered-3",
  covered5: "--covered-5",
  onCovered: "--on-covered",
  single: "--single",
  singleLine: "--single-line",
  onSingle: "--on-single",
  absentLine: "--absent-line",
  onAbsent: "--on-absent",
  unknownLine: "--unknown-line",
  onUnknown: "--on-unknown",
  font: "--font",
};

const forced = matchMedia("(forced-colors: active)");
const print = matchMedia("print");

/**
 * Read the palette for an element: the tokens, and the colors of every sector.
 *
 * @param {Element} host
 * @param {string[]} sectors slugs
 */
export function readPalette(host, sectors) {
  if (forced.matches) return forcedPalette(host, sectors);
  const style = getComputedStyle(host);
  const palette = { isPlain: false };
  for (const [name, token] of Object.entries(TOKENS))
    palette[name] = style.getPropertyValue(token).trim();
  palette.tie = print.matches ? "#000" : palette.ink2;
  palette.sectors = sectorColors(host, sectors);
  return palette;
}

/** Call back when forced colors or paper come or go. */
export function watchPalette(callback, signal) {
  for (const query of [forced, print]) query.addEventListener("change", callback, { signal });
}

function sectorColors(host, sectors) {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const colors = {};
  for (const slug of sectors) {
    probe.className = `sector-${slug}`;
    const style = getComputedStyle(probe);
    colors[slug] = {
      color: style.getPropertyValue("--sector").trim(),
      tint: style.getPropertyValue("--sector-tint").trim(),
    };
  }
  probe.remove();
  return colors;
}

/** The reader's own colors: letters and names carry what the hues did. */
function forcedPalette(host, sectors) {
  const hue = { color: "LinkText", tint: "Canvas" };
  return {
    isPlain: true,
    ink: "CanvasText",
    ink2: "CanvasText",
    paper: "Canvas",
    page: "Canvas",
    wash: "Canvas",
    quiet: "Canvas",
    line: "CanvasText",
    gold: "Highlight",
    control: "CanvasText",
    tie: "GrayText",
    covered3: "Canvas",
    covered5: "LinkText",
    onCovered: "CanvasText",
    single: "Canvas",
    singleLine: "CanvasText",
    onSingle: "CanvasText",
    absentLine: "GrayText",
    onAbsent: "GrayText",
    unknownLine: "GrayText",
    onUnknown: "GrayText",
    font: getComputedStyle(host).getPropertyValue("--font").trim(),
    sectors: Object.fromEntries(sectors.map((slug) => [slug, hue])),
  };
}
