/** The pure half of the language choice: no storage, no document. */

import { baseLocale, locales } from "../paraglide/runtime.js";

export type Language = (typeof locales)[number];

const rightToLeft = new Set(["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

function primary(tag: string): string {
  return tag.toLowerCase().split("-", 1)[0] ?? "";
}

/** The remembered language if we still speak it, else the first of the system's that we speak, else the base. */
export function startLanguage(remembered: string | null, system: readonly string[]): Language {
  const wished = [...(remembered === null ? [] : [remembered]), ...system].map(primary);
  return wished.map((tag) => locales.find((spoken) => spoken === tag)).find((found) => found !== undefined) ?? baseLocale;
}

/** The system's regional form of `language`, if it lists one; dates and amounts then look as they do elsewhere on this machine. */
export function regional(language: Language, system: readonly string[]): string {
  return system.find((tag) => primary(tag) === language) ?? language;
}

export function writingDirection(language: string): "ltr" | "rtl" {
  return rightToLeft.has(primary(language)) ? "rtl" : "ltr";
}
