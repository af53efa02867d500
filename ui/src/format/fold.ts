/**
 * The one rule by which texts that people search are compared, the same as in `crates/domain/src/fold.rs`: a query and
 * the text it is looked for in are both folded. `crates/domain/src/fold/cases.json` holds both to one another.
 */

/** Apostrophes and quotation marks, with the letters and accents that are typed for them. */
const quotes = /['"`\u00ab\u00b4\u00bb\u02b9-\u02bf\u02c8\u02ca\u02cb\u02ee\u05f3\u05f4\u1fbd\u1fbf\u1fcd-\u1fcf\u1ffd\u2018-\u201f\u2032-\u2037\u2039\u203a\ua78b\ua78c\uff02\uff07\uff40]/gu;
/** Accents of Latin, Greek and Cyrillic, the points of Hebrew, the vowel signs of Arabic. */
const marks = /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
/** Signs that nobody sees and nobody types. */
const invisible = /[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0000}-\u{e0fff}]/gu;
const gaps = /[\s\u0085\-\u058a\u05be\u2010-\u2015\u2043\u2212]+/gu;

/** What a plain keyboard has for a small letter that does not decompose. */
const plain: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ß: "ss",
    æ: "ae",
    œ: "oe",
    þ: "th",
    ø: "o",
    ł: "l",
    ƚ: "l",
    đ: "d",
    ð: "d",
    ɖ: "d",
    ɗ: "d",
    ħ: "h",
    ı: "i",
    ɨ: "i",
    ȷ: "j",
    ɉ: "j",
    ĸ: "k",
    ƙ: "k",
    ŋ: "n",
    ɲ: "n",
    ƞ: "n",
    ŧ: "t",
    ƭ: "t",
    ə: "e",
    ǝ: "e",
    ɛ: "e",
    ɔ: "o",
    ƀ: "b",
    ɓ: "b",
    ƈ: "c",
    ƒ: "f",
    ǥ: "g",
    ɠ: "g",
    ɍ: "r",
    ʉ: "u",
    ʋ: "v",
    ƴ: "y",
    ɏ: "y",
    ƶ: "z",
    ȥ: "z",
    ς: "σ",
    "·": "",
  }),
);
const special = new RegExp(`[${[...plain.keys()].join("")}]`, "gu");

/** Without accents, capitals, quotation marks and invisible signs; hyphens and blanks of every kind are one blank. */
export function fold(text: string): string {
  return text
    .replace(quotes, "")
    .normalize("NFKD")
    .replace(marks, "")
    .replace(invisible, "")
    .replace(quotes, "")
    .toLowerCase()
    .replace(special, (letter) => plain.get(letter) ?? letter)
    .replace(gaps, " ")
    .trim();
}

/** Whether every word of `query` stands somewhere in `text`, both of them folded. */
export function containsWords(text: string, query: string): boolean {
  return query.split(" ").every((word) => text.includes(word));
}
