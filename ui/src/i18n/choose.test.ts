import { expect, test } from "vitest";
import { regional, startLanguage, writingDirection } from "./choose";

test("the remembered language wins, then the system's first that is spoken here, then English", () => {
  expect(startLanguage("de", ["en-US"])).toBe("de");
  expect(startLanguage(null, ["fr-FR", "de-AT", "en-US"])).toBe("de");
  expect(startLanguage("xx", ["fr-FR"])).toBe("en");
  expect(startLanguage(null, [])).toBe("en");
});

test("dates and amounts are written as the system's region writes that language", () => {
  expect(regional("en", ["de-DE", "en-GB"])).toBe("en-GB");
  expect(regional("de", ["en-GB"])).toBe("de");
});

test("languages written from the right are known", () => {
  expect(["de", "ar-EG", "he"].map(writingDirection)).toEqual(["ltr", "rtl", "rtl"]);
});
