import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contrast, palette } from "./contrast";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** Foreground, background, the least ratio. 7 for what is read at arm's length, 4.5 for other text, 3 for edges of controls and rings. */
const pairs: [string, string, number][] = [
  ...["surface", "raised", "sunken", "hover"].map((ground): [string, string, number] => ["text", ground, 7]),
  ["muted", "surface", 7],
  ["muted", "raised", 7],
  ["muted", "sunken", 4.5],
  ["muted", "hover", 4.5],
  ["on-accent", "accent", 7],
  ["on-accent", "accent-hover", 7],
  ["on-accent-soft", "accent-soft", 7],
  ["accent-text", "surface", 7],
  ["accent-text", "raised", 7],
  ["accent-text", "hover", 4.5],
  ["accent-text", "accent-soft", 4.5],
  ["text", "accent-soft", 7],
  ...["go", "stop", "ask", "info"].flatMap((state): [string, string, number][] => [
    [`on-${state}`, state, 7],
    [`on-${state}-soft`, `${state}-soft`, 7],
    [`on-${state}-soft`, "raised", 7],
    [`on-${state}-soft`, "surface", 7],
    ["text", `${state}-soft`, 7],
  ]),
  ["on-stop", "stop-hover", 7],
  ["line-strong", "raised", 3],
  ["line-strong", "surface", 3],
  ["line-strong", "sunken", 3],
];

test("black on white is 21, a colour on itself is 1", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#681b4a", "#681b4a")).toBe(1);
});

test("light and dark name the same roles", () => {
  expect([...palette(css, "dark").keys()]).toEqual([...palette(css, "light").keys()]);
});

describe.each(["light", "dark"] as const)("%s", (theme) => {
  const colours = palette(css, theme);
  test.each(pairs)("%s on %s keeps %d to 1", (front, back, least) => {
    const ratio = contrast(colours.get(front) ?? "", colours.get(back) ?? "");
    expect(ratio, `${front} on ${back} in ${theme} is ${ratio.toFixed(2)}`).toBeGreaterThanOrEqual(least);
  });
});
