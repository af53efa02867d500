// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import { Joining } from "./joining.svelte";

const code = `WKP1.${btoa(JSON.stringify({ environment: "dev", region: "us-east-1" }))}`;
const never = (): Promise<void> => new Promise(() => undefined);

function joining(pair = vi.fn(() => Promise.resolve()), syncNow = vi.fn(() => Promise.resolve({} as never)), moment = never) {
  return { pair, syncNow, joining: new Joining({ pair, syncNow }, moment) };
}

test("what is no pairing code is not sent to the station, and that is said until it changes", async () => {
  const { joining: one, pair } = joining();
  one.text = "B-14";
  expect(one.unreadable).toBe(false);
  await expect(one.join()).resolves.toBe(false);
  expect([one.unreadable, pair.mock.calls.length]).toEqual([true, 0]);
  one.text = code;
  expect([one.unreadable, one.named?.environment]).toEqual([false, "dev"]);
});

test("a code is sent without the line breaks it was pasted with, once", async () => {
  const { joining: one, pair, syncNow } = joining();
  one.text = `${code.slice(0, 9)}\n ${code.slice(9)}`;
  const [first, second] = await Promise.all([one.join(), one.join()]);
  expect([first, second]).toEqual([true, false]);
  expect(pair.mock.calls).toEqual([[code]]);
  expect([syncNow.mock.calls.length, one.busy]).toEqual([1, false]);
});

test("why the station could not join is told in its words, and it may be tried again", async () => {
  const { joining: one } = joining(vi.fn().mockRejectedValueOnce(new WicketError("cloud", "The keyring is locked. Unlock it.")).mockResolvedValue(undefined));
  one.text = code;
  await expect(one.join()).resolves.toBe(false);
  expect([one.trouble, one.busy]).toEqual(["The keyring is locked. Unlock it.", false]);
  await expect(one.join()).resolves.toBe(true);
  expect(one.trouble).toBeUndefined();
});

test("a first round that fails or lasts does not undo the pairing", async () => {
  const failing = joining(undefined, vi.fn(() => Promise.reject(new Error("no network"))));
  failing.joining.text = code;
  await expect(failing.joining.join()).resolves.toBe(true);
  const lasting = joining(undefined, vi.fn(() => new Promise<never>(() => undefined)), () => Promise.resolve());
  lasting.joining.text = code;
  await expect(lasting.joining.join()).resolves.toBe(true);
});
