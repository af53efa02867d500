import { describe, expect, test } from "vitest";
import { locales } from "../src/paraglide/runtime.js";
import { catalogue, languages, sources, type Catalogue } from "./sources";

const base = catalogue("en");

/** The texts of one message, its variants one by one. */
function texts(message: unknown): string[] {
  if (typeof message === "string") {
    return [message];
  }
  const variants = Array.isArray(message) ? message : [message];
  return variants.flatMap((variant: { match?: Record<string, string> }) => Object.values(variant.match ?? {}));
}

/** What a caller must pass: the same in each language, or a sentence somewhere lacks its number. */
function inputs(message: unknown): string[] {
  const all = texts(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? ""));
  return [...new Set(all)].sort();
}

function missing(from: Catalogue, keys: Iterable<string>): string[] {
  return [...keys].filter((key) => !from.has(key));
}

test("every catalogue belongs to a language that is compiled", () => {
  expect(languages().sort()).toEqual([...locales].sort());
});

describe.each(languages())("%s", (language) => {
  const messages = catalogue(language);

  test("has every message and no other", () => {
    expect(missing(messages, base.keys()), "not translated").toEqual([]);
    expect(missing(base, messages.keys()), "not in English").toEqual([]);
  });

  test("says something in every message", () => {
    const silent = [...messages].filter(([, message]) => texts(message).length === 0 || texts(message).some((text) => text.trim() === ""));
    expect(silent.map(([key]) => key)).toEqual([]);
  });

  test("takes the same inputs as English", () => {
    const different = [...messages].filter(([key, message]) => inputs(message).join() !== inputs(base.get(key)).join());
    expect(different.map(([key]) => key)).toEqual([]);
  });

  test("never says Error, failed or invalid", () => {
    const words = /\b(error|failed|invalid|fehler|ungültig)/i;
    expect([...messages].filter(([, message]) => texts(message).some((text) => words.test(text))).map(([key]) => key)).toEqual([]);
  });
});

/** What each language decided against, with what it says instead; `ui/README.md` has the glossary. */
const rejected: Readonly<Record<string, RegExp>> = {
  // Ticket, Platz (Sitzplatz only beside Stehplatz), Schichtleitung, Passwort, Computer, Kunde.
  de: /\b(eintritts)?karten?\b|\bsitz(e|en|es|s)?\b|\baufsicht|\bkennw[oö]rt|\brechner|\bkundschaft|sagen sie bescheid, wer|nicht geprüft/i,
  // US spelling, as the dates are; and nothing is restored that Wicket keeps no copy of.
  en: /colour|cancell|\bcentre|\bcheque|organis|favour|\bgrey|licence|programme|catalogue|behaviour|neighbour|travell|labell|\bmetre|fulfil\b|any more\b|for ever\b|from its copy/i,
};

test.each(Object.keys(rejected))("%s keeps to its glossary", (language) => {
  const found = [...catalogue(language)].filter(([, message]) => texts(message).some((text) => rejected[language]?.test(text)));
  expect(found.map(([key]) => key)).toEqual([]);
});

test("every message is said somewhere", () => {
  const said = new Set(sources(/\.(svelte|ts)$/).flatMap(({ text }) => [...text.matchAll(/\bm\.([a-z0-9_]+)/g)].map((found) => found[1])));
  expect([...base.keys()].filter((key) => !said.has(key))).toEqual([]);
});
