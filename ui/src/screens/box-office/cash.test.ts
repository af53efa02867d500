import { describe, expect, test } from "vitest";
import { quickAmounts, tender } from "./cash";

describe("quick amounts", () => {
  test.each([
    [2990, "USD", [3000, 4000, 5000, 10000]],
    [4500, "USD", [5000, 6000, 10000]],
    [1250, "USD", [1300, 1500, 2000, 5000, 10000]],
    [59800, "USD", [60000]],
    [47840, "USD", [47900, 48000, 50000]],
    [2990, "EUR", [3000, 4000, 5000, 10000, 20000]],
    [2990, "GBP", [3000, 4000, 5000]],
    [3500, "JPY", [4000, 5000, 10000]],
    [12_750, "KWD", [13_000, 15_000, 20_000]],
  ])("for %d %s are %j", (due, currency, expected) => {
    expect(quickAmounts(due, currency)).toEqual(expected);
  });

  test("are none for what is free or already a round sum in every note", () => {
    expect(quickAmounts(0, "USD")).toEqual([]);
    expect(quickAmounts(-5, "USD")).toEqual([]);
    expect(quickAmounts(20000, "USD")).toEqual([]);
  });

  test.each(["USD", "EUR", "JPY", "KWD", "XAF", "UYU"])("in %s are few, ascending, above the amount and in no way superfluous", (currency) => {
    for (let due = 1; due < 3_000_000; due = Math.ceil(due * 1.37) + 1) {
      const amounts = quickAmounts(due, currency);
      expect(amounts.length).toBeLessThanOrEqual(5);
      expect(amounts.every((amount) => Number.isSafeInteger(amount) && amount > due)).toBe(true);
      expect([...new Set(amounts)].sort((a, b) => a - b)).toEqual(amounts);
    }
  });

  test("exist for a currency whose notes are not known", () => {
    expect(quickAmounts(12_345, "UYU").length).toBeGreaterThan(1);
  });
});

test("what is missing, or what goes back, is exact", () => {
  expect(tender(59800, 0)).toEqual({ kind: "short", missing: 59800 });
  expect(tender(59800, 59799)).toEqual({ kind: "short", missing: 1 });
  expect(tender(59800, 59800)).toEqual({ kind: "enough", change: 0 });
  expect(tender(59800, 60000)).toEqual({ kind: "enough", change: 200 });
  expect(tender(0, 0)).toEqual({ kind: "enough", change: 0 });
});
