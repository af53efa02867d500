import { expect, test } from "vitest";
import { sources } from "./sources";

const all = sources(/\.(svelte|ts|js)$/);

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

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

test("what outlives a component computes with getters: a `$derived` freezes with the component that made it", () => {
  const frozen = all.filter(({ path, text }) => !path.endsWith(".svelte") && /\$derived\b/.test(withoutComments(text)));
  expect(frozen.map(({ path }) => path)).toEqual([]);
});

test("what outlives a component watches from its module's top, which no component owns", () => {
  const owned = all.filter(({ path, text }) => {
    const watches = withoutComments(text).split("\n").filter((line) => /\$effect(?:\.\w+)?\(/.test(line));
    const roots = watches.filter((line) => line.includes("$effect.root("));
    return !path.endsWith(".svelte") && watches.length > 0 && (roots.length === 0 || roots.some((line) => !line.startsWith("$effect.root(")));
  });
  expect(owned.map(({ path }) => path)).toEqual([]);
});
