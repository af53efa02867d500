// @vitest-environment happy-dom
import { beforeAll, expect, test } from "vitest";
import { language } from "../../i18n/index.svelte";
import { stateText, troubleOf } from "./camera";

beforeAll(() => {
  language.choose("en");
});

const lost = (reason: string): { state: "lost"; camera: string; reason: string } => ({ state: "lost", camera: "", reason });

test("no camera is no trouble: the gate goes on", () => {
  expect(troubleOf(lost("not_found"), false)).toMatchObject({ calm: true, title: "No camera" });
  expect(troubleOf(lost("not_found"), true)).toMatchObject({ calm: false, title: "The chosen camera is not here" });
});

test("each reason for a lost picture says something of its own", () => {
  const reasons = ["not_found", "unplugged", "busy", "not_allowed", "no_picture", "silent"];
  expect(new Set(reasons.map((reason) => troubleOf(lost(reason), false)?.title)).size).toBe(reasons.length);
});

test("a reason of tomorrow still has words", () => {
  expect(troubleOf(lost("on_fire"), false)?.title).not.toBe("");
});

test("only a camera that was refused is tried again by hand", () => {
  expect(troubleOf({ state: "refused", message: "" }, false)?.again).toBe(true);
  expect(troubleOf({ state: "opening", camera: "" }, false)).toBeUndefined();
});

test("the line under the picture names the camera and its resolution", () => {
  expect(stateText({ state: "streaming", camera: "BRIO", width: 1280, height: 720 })).toBe("BRIO, 1280 × 720");
  expect(stateText(lost("busy"))).toBe("Hand scanner and typing go on");
});
