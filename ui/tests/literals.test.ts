import { expect, test } from "vitest";
import { sources } from "./sources";
import { unspokenFor } from "./literals";

test.each([
  ["<p>Seat sold</p>", ["x:1: Seat sold"]],
  ["<p>{m.sold()} × 2, B-14</p>", []],
  ["\n<Button label='Pay'>{m.pay()}</Button>", ["x:2: Pay"]],
  ["<Button variant='primary' key='Enter' {label}>{m.pay()}</Button>", []],
  ["<p>{sold ? 'Sold' : m.free()}</p>", ["x:1: Sold"]],
  ["<p title={`Row ${row}`}></p>", ["x:1: Row"]],
  ["<p class={sold ? 'sold' : 'free'}></p>", []],
  ["<p style:inset-inline-start='{left}px'></p>", []],
  ["{#if sold === 'sold'}{m.sold()}{/if}", []],
  ["<style>p { content: 'Sold' }</style>", []],
])("in %s it finds %j", (source, found) => {
  expect(unspokenFor(source, "x")).toEqual(found);
});

test("every word in a component comes from the catalogue", () => {
  expect(sources(/\.svelte$/).flatMap(({ path, text }) => unspokenFor(text, path))).toEqual([]);
});
