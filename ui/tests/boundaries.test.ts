import { expect, test } from "vitest";
import { sources } from "./sources";

const all = sources(/\.(svelte|ts|js)$/);

test("only src/backend talks to Tauri", () => {
  const outside = all.filter(({ path, text }) => !path.startsWith("src/backend/") && /["'`]@tauri-apps\//.test(text));
  expect(outside.map(({ path }) => path)).toEqual([]);
});

test("inside src/backend only index.ts does, and its tests", () => {
  const inside = all.filter(({ path, text }) => path.startsWith("src/backend/") && !path.endsWith(".test.ts") && /["'`]@tauri-apps\//.test(text));
  expect(inside.map(({ path }) => path)).toEqual(["src/backend/index.ts"]);
});

test("messages are reached through i18n, so that they follow the language", () => {
  const outside = all.filter(({ path, text }) => !path.startsWith("src/i18n/") && /paraglide\//.test(text));
  expect(outside.map(({ path }) => path)).toEqual([]);
});

test("styles name roles, not values", () => {
  const colours = /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(/i;
  const painted = all.filter(({ path, text }) => path.endsWith(".svelte") && colours.test(/<style[\s\S]*$/.exec(text)?.[0] ?? ""));
  expect(painted.map(({ path }) => path)).toEqual([]);
});

test("styles follow the reading direction", () => {
  const physical = /\b(?:margin|padding|border|inset)-(?:left|right)\b|(?:^|[\s{;])(?:left|right)\s*:|text-align:\s*(?:left|right)\b/;
  const fixed = all.filter(({ path, text }) => path.endsWith(".svelte") && physical.test(/<style[\s\S]*$/.exec(text)?.[0] ?? ""));
  expect(fixed.map(({ path }) => path)).toEqual([]);
});
