// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { language } from "../i18n/index.svelte";
import { eventKind, personName } from "./ownWords";

afterEach(() => {
  language.choose("en");
});

test("each kind of the sample events has its word in every language", () => {
  const samples = readFileSync("../crates/domain/src/sample/events.rs", "utf8");
  const kinds = [...samples.matchAll(/\("[^"]+", "([^"]+)"\),/g)].map((found) => found[1] ?? "");
  expect(kinds.length).toBeGreaterThan(0);
  language.choose("de");
  expect(eventKind("Food and drink")).toBe("Essen und Trinken");
  for (const kind of kinds) {
    language.choose("en");
    expect(eventKind(kind)).toBe(kind);
  }
});

test("what people wrote stays as it is", () => {
  language.choose("de");
  expect(eventKind("Lesung")).toBe("Lesung");
  expect(eventKind("constructor")).toBe("constructor");
  expect(personName("Supervisor")).toBe("Schichtleitung");
  expect(personName("Ada")).toBe("Ada");
});
