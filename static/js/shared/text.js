// Texts: folding for search, cleaning and cutting for a picture. No DOM.

const MARKS = /\p{M}/gu;
const NOT_A_WORD = /[^\p{L}\p{N}]+/u;
const ELLIPSIS = "…";
const TYPO_FROM = 5;
const LETTERS_LEFT_OUT = 3;

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

// ── Search ───────────────────────────────────────────────────────────────────────────────────────

/** What a search is compared with: the folded text and its words. */
export function searchable(...texts) {
  const text = fold(texts.filter(Boolean).join("\n"));
  return { text, words: text.split(NOT_A_WORD).filter(Boolean) };
}

/** The folded words of a search. */
export function searchWords(query) {
  return fold(query).split(/\s+/u).filter(Boolean);
}

/** Whether every word is found in the text, forgiving one slip in words of 5 letters or more. */
export function isFound(words, { text, words: candidates }) {
  return words.every(
    (word) =>
      text.includes(word) ||
      ([...word].length >= TYPO_FROM && candidates.some((other) => isSimilar(word, other))),
  );
}

function isSimilar(word, other) {
  return startsWithOneSlip(word, other) || isAbbreviation(word, other);
}

/** Whether one letter more, less, other, or two swapped make `word` the whole or start of `other`. */
function startsWithOneSlip(word, other) {
  const a = [...word];
  const b = [...other];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const goesOn = (from, to) => a.slice(from).every((letter, i) => letter === b[to + i]);
  const left = b.length - same;
  return (
    goesOn(same + 1, same) ||
    (left >= 1 && (goesOn(same, same + 1) || goesOn(same + 1, same + 1))) ||
    (left >= 2 && a[same] === b[same + 1] && a[same + 1] === b[same] && goesOn(same + 2, same + 2))
  );
}

/** Whether `word` is `other` with a few letters left out, the first one kept: "govrnmnt". */
function isAbbreviation(word, other) {
  const letters = [...word];
  const all = [...other];
  if (letters[0] !== all[0] || all.length > letters.length + LETTERS_LEFT_OUT) return false;
  let found = 0;
  for (const letter of all) if (letter === letters[found]) found += 1;
  return found === letters.length;
}

// ── Cutting ──────────────────────────────────────────────────────────────────────────────────────

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
