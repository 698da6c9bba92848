// Finding texts as people type them: without accents, with a slip. No DOM.

import { fold } from "./text.js";

const NOT_A_WORD = /[^\p{L}\p{N}]+/u;
const TYPO_FROM = 5;
const LETTERS_LEFT_OUT = 3;

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
