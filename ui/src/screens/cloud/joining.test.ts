// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import { Joining } from "./joining.svelte";

const code = "WKP2:TICKETS.EXAMPLE.ORG/HOUSE";
const never = (): Promise<void> => new Promise(() => undefined);

function joining(pair = vi.fn(() => Promise.resolve()), syncNow = vi.fn(() => Promise.resolve({} as never)), moment = never) {
  const cancelPairing = vi.fn(() => Promise.resolve());
  return { pair, syncNow, cancelPairing, joining: new Joining({ pair, cancelPairing, syncNow }, moment) };
}

test("what is no pairing code is not sent to the station, and that is said until it changes", async () => {
  const { joining: one, pair } = joining();
  one.text = "B-14";
  expect(one.unreadable).toBe(false);
  await expect(one.join()).resolves.toBe(false);
  expect([one.unreadable, pair.mock.calls.length]).toEqual([true, 0]);
  one.text = code;
  expect([one.unreadable, one.named?.venue]).toEqual([false, "house"]);
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

test("whoever waits for the cloud may give up, and hears of no trouble then", async () => {
  let fail: (why: unknown) => void = () => undefined;
  const asked = vi.fn(() => new Promise<void>((_, reject) => (fail = reject)));
  const { joining: one, cancelPairing } = joining(asked);
  one.cancel();
  expect(cancelPairing.mock.calls.length).toBe(0);
  one.text = code;
  const joined = one.join();
  expect([one.asking, one.busy]).toEqual([true, true]);
  one.cancel();
  one.cancel();
  expect(cancelPairing.mock.calls.length).toBe(1);
  fail(new WicketError("no_answer", "Nobody waits for the cloud any more."));
  await expect(joined).resolves.toBe(false);
  expect([one.trouble, one.asking, one.busy, one.text]).toEqual([undefined, false, false, code]);
});

test("an answer that came as somebody gave up counts", async () => {
  const { joining: one } = joining(undefined, undefined, () => Promise.resolve());
  one.text = code;
  const joined = one.join();
  one.cancel();
  await expect(joined).resolves.toBe(true);
  expect(one.asking).toBe(false);
});
