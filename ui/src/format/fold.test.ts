import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { containsWords, fold } from "./fold";

interface Cases {
  readonly folds: readonly (readonly [string, string])[];
  readonly finds: readonly (readonly [string, string])[];
  readonly misses: readonly (readonly [string, string])[];
}

/** What the station is held to as well. */
const cases = JSON.parse(readFileSync("../crates/domain/src/fold/cases.json", "utf8")) as Cases;

describe("fold", () => {
  it.each(cases.folds)("folds %j as the station does", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it.each(cases.finds)("%j finds %j", (query, text) => {
    expect(containsWords(fold(text), fold(query))).toBe(true);
  });

  it.each(cases.misses)("%j does not find %j", (query, text) => {
    expect(containsWords(fold(text), fold(query))).toBe(false);
  });
});
