// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { WicketError } from "../backend";
import { language } from "../i18n/index.svelte";
import { faultText, inOne, saidBy } from "./said";

beforeEach(() => {
  language.choose("en");
});

afterEach(() => {
  language.choose("en");
});

test("in its own language the station speaks for itself", () => {
  expect(faultText("storage", "The disk is full. Make room.")).toEqual({ text: "The disk is full. Make room." });
  expect(saidBy(new WicketError("printer", "Out of paper."))).toBe("Out of paper.");
});

test("in another the catalogue says what to do, and the station's words stand beside it", () => {
  language.choose("de");
  const said = faultText("printer", "Out of paper.");
  expect(said.text).toContain("Drucker");
  expect(said.detail).toBe("Out of paper.");
  expect(inOne(said)).toBe(`${said.text} (Meldung der Station: Out of paper.)`);
});

test("a station that has no words leaves it to the catalogue", () => {
  expect(faultText("cloud", "").text).toContain("The cloud does not answer");
  language.choose("de");
  expect(faultText("cloud", "")).toEqual({ text: "Die Cloud antwortet nicht wie erwartet. Versuchen Sie es erneut, wenn oben „Online“ steht." });
});

test("a defect's words are for those who mend it", () => {
  for (const code of ["internal", "unknown", "toString"]) {
    expect(faultText(code, "index out of bounds").text).toBe("");
  }
  expect(saidBy(new TypeError("x is not a function"))).toBe("");
});
