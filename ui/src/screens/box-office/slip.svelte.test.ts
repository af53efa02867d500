// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { beforeEach, expect, test } from "vitest";
import { slipOf } from "./slip.svelte";

const sale = { cartId: "cart-1", eventId: "event", at: 1000 };

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
  const slip = slipOf("north");
  const shown: unknown[] = [];
  const stop = $effect.root(() => {
    $effect(() => {
      shown.push(slip.read()?.cartId);
    });
  });
  flushSync();
  slip.write(sale);
  flushSync();
  slip.write(undefined);
  flushSync();
  stop();
  expect(shown).toEqual([undefined, "cart-1", undefined]);
});
