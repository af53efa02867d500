import { expect, test } from "vitest";
import { textSizeFor } from "./textSize.svelte";

test("a small window gives all of it to the text", () => {
  expect(textSizeFor(1.5, 1024, 600)).toEqual({ zoom: 1, text: 1.5, narrow: true, low: true });
  expect(textSizeFor(1.5, 1280, 720)).toMatchObject({ zoom: 1, text: 1.5 });
});

test("a large window enlarges everything", () => {
  expect(textSizeFor(1.5, 3840, 2160)).toEqual({ zoom: 1.5, text: 1, narrow: false, low: false });
  expect(textSizeFor(2, 1920, 1140)).toMatchObject({ zoom: 1.5, text: 2 / 1.5 });
});

test("normal text changes nothing, and neither does what is no size", () => {
  for (const scale of [1, 0.8, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(textSizeFor(scale, 1920, 1080)).toEqual({ zoom: 1, text: 1, narrow: false, low: false });
  }
});
