import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BuyerCheck } from "../../backend/bindings";
import { Checked } from "./buyer-check.svelte";

const wrong: BuyerCheck = { wrong: ["email"], contact: { email: "ada@x.org;" }, unprintable: [] };
const right: BuyerCheck = { wrong: [], contact: { email: "ada@x.org" }, unprintable: [] };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("whoever still types is told nothing, and then what the station says", async () => {
  const ask = vi.fn(() => Promise.resolve(wrong));
  const checked = new Checked(ask);
  checked.typed();
  await vi.advanceTimersByTimeAsync(400);
  checked.typed();
  await vi.advanceTimersByTimeAsync(400);
  expect([ask.mock.calls.length, checked.said.wrong]).toEqual([0, []]);
  await vi.advanceTimersByTimeAsync(100);
  expect([ask.mock.calls.length, checked.said.wrong]).toEqual([1, ["email"]]);
});

test("the answer to an older text is passed over", async () => {
  const answers: ((said: BuyerCheck) => void)[] = [];
  const checked = new Checked(() => new Promise((resolve) => answers.push(resolve)));
  const first = checked.now();
  const second = checked.now();
  answers[1]?.(right);
  await second;
  answers[0]?.(wrong);
  await first;
  expect(checked.said).toEqual(right);
});

test("a station that does not answer stands in nobody's way", async () => {
  const checked = new Checked(() => Promise.reject(new Error("away")));
  expect(await checked.now()).toBe(true);
});

test("what is empty again is right", async () => {
  const checked = new Checked(() => Promise.resolve(wrong));
  expect(await checked.now()).toBe(false);
  checked.forget();
  expect(checked.said.wrong).toEqual([]);
});
