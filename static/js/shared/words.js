// Words that come with the page: scripts hold no sentence in any language.

const PLACE = /\{(\w+)\}/g;

/** Put values into the places of a text: "{n} of {all}". A place without a value stays. */
export function fill(text, values, number = String) {
  return text.replace(PLACE, (place, name) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? number(value) : String(value);
  });
}

/** The texts of a page, by key; a text with plural forms is an object of forms. */
export class Words {
  constructor(texts = {}, language = "en") {
    this.texts = texts;
    this.language = language;
    this.plural = new Intl.PluralRules(language);
    this.numerals = new Intl.NumberFormat(language);
  }

  /** Read from JSON that may be missing or broken; the map then works without words. */
  static read(json, language) {
    try {
      return new Words(JSON.parse(json || "{}"), language);
    } catch {
      return new Words({}, language);
    }
  }

  has(key) {
    return key in this.texts;
  }

  /** The text of a key with its places filled, "" when the page did not bring it. */
  say(key, values = {}) {
    return this.form(this.texts[key], values);
  }

  /** The text of a choice below a key: words.of("levels", 3). */
  of(key, choice, values = {}) {
    return this.form(this.texts[key]?.[choice], values);
  }

  number(value) {
    return this.numerals.format(value);
  }

  form(text, values) {
    const form =
      typeof text === "object" ? (text[this.plural.select(values.n)] ?? text.other) : text;
    return this.fill(form ?? "", values);
  }

  /** Numbers are written as the language does. */
  fill(text, values) {
    return fill(text, values, (value) => this.number(value));
  }
}
