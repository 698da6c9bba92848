// Texts: folding, cleaning, and cutting for a picture. No DOM.

const MARKS = /\p{M}/gu;
const ELLIPSIS = "…";

/** Without case and accents, as people type when they search: "José" becomes "jose". */
export function fold(text) {
  return text.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(MARKS, "");
}

/**
 * The text in one line, without control characters and direction marks: a name that carries its own
 * direction overrides would turn the words around it. Joiners stay, some scripts and emoji need them.
 */
export function clean(text) {
  return text
    .replace(/\s+/gu, " ")
    .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "")
    .trim();
}

/** The text, or as much as `measure` says fits with an ellipsis, cut between words if that costs little. */
export function clip(text, widest, measure) {
  if (measure(text) <= widest) return text;
  const letters = [...text];
  let fits = 0;
  let tooMany = letters.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (measure(letters.slice(0, middle).join("") + ELLIPSIS) <= widest) fits = middle;
    else tooMany = middle;
  }
  const start = letters.slice(0, fits).join("");
  const atWord = start.slice(0, Math.max(0, start.lastIndexOf(" ")));
  const kept = atWord.length >= 0.6 * start.length ? atWord : start;
  return kept.replace(/[\s,;:–(-]+$/u, "") + ELLIPSIS;
}

/** The text in one or two lines, as alike as they come; what does not fit becomes an ellipsis. */
export function wrap(text, widest, measure) {
  if (measure(text) <= widest) return [text];
  const words = text.split(" ");
  const head = longestStart(words, widest, measure);
  if (!head) return [clip(text, widest, measure)];
  const rest = words.slice(head).join(" ");
  if (measure(rest) > widest) return [words.slice(0, head).join(" "), clip(rest, widest, measure)];
  return mostAlike(words, head, widest, measure);
}

/** How many of the words fit into one line. */
function longestStart(words, widest, measure) {
  let line = "";
  for (let count = 0; count < words.length; count += 1) {
    line += (count ? " " : "") + words[count];
    if (measure(line) > widest) return count;
  }
  return words.length;
}

function mostAlike(words, most, widest, measure) {
  let best = null;
  for (let count = most; count > 0; count -= 1) {
    const lines = [words.slice(0, count).join(" "), words.slice(count).join(" ")];
    const width = Math.max(...lines.map(measure));
    if (width > widest || (best && width >= best.width)) break;
    best = { lines, width };
  }
  return best.lines;
}
