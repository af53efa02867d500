import { expect, test } from "vitest";
import german from "../messages/de.json";
import english from "../messages/en.json";

/** Every text of a catalogue; one with variants has several. */
function texts(catalogue: object): string[] {
  const of = (value: unknown): string[] => (typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(of) : []);
  return of(catalogue);
}

test("German has one word for each thing, as README.md lists them", () => {
  const others = /\bKennw(?:ort|örter)|\bSitz(?:e|en|es)?\b|\bKarten?\b|Aufsicht|Sagen Sie Bescheid|\bSupervisor/;
  expect(texts(german).filter((text) => others.test(text))).toEqual([]);
});

test("English is spelled as its dates are written: American", () => {
  const british = /\b(?:colour|favour|cancell|centre|theatre|licence|grey\b|(?:organ|recogn|author|real|final|initial|synchron)is(?:e|ing))/i;
  expect(texts(english).filter((text) => british.test(text))).toEqual([]);
});
