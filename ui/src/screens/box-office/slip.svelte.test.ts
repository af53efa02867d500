// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { beforeEach, expect, test } from "vitest";
import { slipOf } from "./slip.svelte";

const sale = { cartId: "cart-1", eventId: "event", at: 1000 };

/** What is shown of one slip, each time anew. */
const shown: unknown[] = [];
$effect.root(() => {
  $effect(() => {
    shown.push(slipOf("north").read()?.cartId);
  });
});

beforeEach(() => {
  localStorage.clear();
});

test("a sale in flight outlives the page, for the station it was asked of alone", () => {
  slipOf("north").write(sale);
  expect([slipOf("north").read(), slipOf("south").read()]).toEqual([sale, undefined]);
  slipOf("north").write(undefined);
  expect(slipOf("north").read()).toBeUndefined();
});

test("what cannot be read is no sale", () => {
  localStorage.setItem("wicket.sale.north", "{");
  expect(slipOf("north").read()).toBeUndefined();
  localStorage.setItem("wicket.sale.north", '{"cartId":1}');
  expect(slipOf("north").read()).toBeUndefined();
});

test("what is shown of a slip follows it", () => {
  flushSync();
  shown.length = 0;
  slipOf("north").write(sale);
  flushSync();
  slipOf("north").write(undefined);
  flushSync();
  expect(shown).toEqual(["cart-1", undefined]);
});
