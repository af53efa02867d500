import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { palette } from "../design/contrast";
import { contrast, mix, readHex } from "./colour";
import { blendDots, flatStyles } from "./dots";
import { categoryLooks, DARK, inkOn, LIGHT } from "./palette";
import { outline, outlineSvg, REACH, SHAPES } from "./shapes";
import { themeFrom } from "./theme";

const css = readFileSync(new URL("../design/tokens.css", import.meta.url), "utf8");

describe.each([["light", LIGHT], ["dark", DARK]] as const)("%s tints", (name, { tints }) => {
  const tokens = palette(css, name);
  const token = (role: string) => tokens.get(role) ?? "";

  test.each(tints.map((tint) => [tint]))("%s stands out from the ground and carries its number", (tint) => {
    expect(contrast(tint, token("raised"))).toBeGreaterThanOrEqual(3);
    expect(contrast(tint, inkOn(tint))).toBeGreaterThanOrEqual(4.5);
  });

  test("taken seats recede behind every free one", () => {
    const theme = themeFrom({
      ground: token("raised"), sunken: token("sunken"), line: token("line"), lineStrong: token("line-strong"), text: token("text"),
      muted: token("muted"), accent: token("accent"), mark: token("accent-text"), onAccent: token("on-accent"),
      accentSoft: token("accent-soft"), font: "sans-serif",
    });
    expect(theme.dark).toBe(name === "dark");
    for (const tint of tints) expect(contrast(theme.taken, theme.ground)).toBeLessThan(contrast(tint, theme.ground));
    expect(contrast(theme.mark, theme.ground)).toBeGreaterThanOrEqual(4.5);
  });
});

describe("categories", () => {
  test("never share both tint and shape", () => {
    const looks = categoryLooks(Array.from({ length: 40 }, () => ({ color: "#ff0000" })));
    expect(new Set(looks.map(({ tint, shape }) => `${tint} ${shape}`)).size).toBe(40);
    expect(new Set(looks.slice(0, 8).map(({ shape }) => shape)).size).toBe(8);
    expect(new Set(looks.slice(0, 8).map(({ tint }) => tint)).size).toBe(8);
  });

  test("a file's colour guides the hue; grey and nonsense do not", () => {
    const [green, grey, nonsense] = categoryLooks([{ color: "#3c8c00" }, { color: "#777777" }, { color: "gold" }]);
    expect(LIGHT.tints[green!.tint]).toBe("#4c6d00");
    expect([grey!.tint, nonsense!.tint]).toEqual([0, 1]);
  });
});

describe("shapes", () => {
  test.each(SHAPES.map((shape) => [shape]))("%s stays within reach, is closed, and has an SVG twin", (shape) => {
    const points: [number, number][] = [];
    let closed = shape === "circle";
    outline(
      {
        moveTo: (x, y) => points.push([x, y]),
        lineTo: (x, y) => points.push([x, y]),
        quadraticCurveTo: (_cx, _cy, x, y) => points.push([x, y]),
        arc: (x, y, radius) => points.push([x + radius, y], [x - radius, y], [x, y + radius], [x, y - radius]),
        closePath: () => (closed = true),
      },
      shape, 100, 50, 10,
    );
    expect(closed).toBe(true);
    for (const [x, y] of points) expect(Math.hypot(x - 100, y - 50)).toBeLessThanOrEqual(10 * REACH);
    expect(outlineSvg(shape, 10)).toMatch(/^M[-\d.]+ .*Z$/);
  });
});

describe("dots", () => {
  const draw = (x: number, radius: number) => {
    const pixels = new Uint8ClampedArray(4 * 4 * 4).fill(255);
    const styles = flatStyles([{ red: 0, green: 0, blue: 0, share: 2 }]);
    const dots = { pixels, width: 4, height: 4, x: [x], y: [1.5], radius: [radius], scale: 1, left: 0, top: 0, styles, styleOf: () => 0 };
    blendDots(dots, null, 0, 1);
    return (column: number) => pixels[(1 * 4 + column) * 4]!;
  };

  test("cover whole pixels wholly and parts in part", () => {
    expect([0, 1, 2].map(draw(1.5, 0.5))).toEqual([255, 0, 255]);
    const [left, right] = [0, 1].map(draw(1, 0.5));
    expect(left).toBe(right);
    expect(left).toBeGreaterThan(120);
    expect(left).toBeLessThan(135);
  });

  test("outside the picture draw nothing and harm nothing", () => {
    expect([0, 1, 2, 3].map(draw(-9, 0.5))).toEqual([255, 255, 255, 255]);
    expect([0, 1, 2, 3].map(draw(4, 0.5))[3]).toBeLessThan(255);
  });
});

test("mixing colours goes from one to the other and leaves the unreadable alone", () => {
  expect(mix("#000000", "#ffffff", 0)).toBe("#000000");
  expect(mix("#000000", "#fff", 1)).toBe("#ffffff");
  expect(mix("red", "#ffffff", 0.5)).toBe("red");
  expect(readHex("rgb(1 2 3)")).toBeNull();
});
