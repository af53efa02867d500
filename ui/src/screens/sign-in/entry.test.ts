// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { SignIn, StaffMember } from "../../backend/bindings";
import { Entry, minutes } from "./entry.svelte";

const ada: StaffMember = { staffId: "s1", name: "Ada", role: "supervisor" };
const ben: StaffMember = { staffId: "s2", name: "Ben", role: "seller" };

let now = 0;

beforeEach(() => {
  now = Date.parse("2026-11-20T19:00:00Z");
});

function entering(...outcomes: (SignIn | Error)[]): { entry: Entry; signIn: ReturnType<typeof vi.fn> } {
  const signIn = vi.fn();
  outcomes.forEach((outcome) => (outcome instanceof Error ? signIn.mockRejectedValueOnce(outcome) : signIn.mockResolvedValueOnce(outcome)));
  return { entry: new Entry(signIn, () => now, ada), signIn };
}

test("nobody is asked before a name and four digits are there", async () => {
  const { entry, signIn } = entering();
  entry.pin = "471";
  await entry.submit();
  entry.choose(undefined);
  entry.pin = "4711";
  await entry.submit();
  expect(entry.ready).toBe(false);
  expect(signIn).not.toHaveBeenCalled();
});

test("the right PIN gives who is signed in, and is kept nowhere", async () => {
  const { entry } = entering({ outcome: "signedIn", staff: ada });
  entry.pin = "4711";
  await expect(entry.submit()).resolves.toEqual(ada);
  expect(entry.pin).toBe("");
});

test("a wrong PIN is emptied, says how many tries are left, and is forgiven with the next digit", async () => {
  const { entry } = entering({ outcome: "wrongPin", left: 3 });
  entry.pin = "0000";
  await expect(entry.submit()).resolves.toBeUndefined();
  expect([entry.pin, entry.answer]).toEqual(["", { kind: "wrong", left: 3 }]);
  entry.typed();
  expect(entry.answer.kind).toBe("none");
});

test("a wait counts down and takes no PIN until it is over", async () => {
  const { entry, signIn } = entering({ outcome: "wait", until: "2026-11-20T19:00:08Z" });
  entry.pin = "0000";
  await entry.submit();
  entry.pin = "4711";
  entry.typed();
  expect([entry.seconds, entry.ready, entry.answer.kind]).toEqual([8, false, "wait"]);
  await entry.submit();
  expect(signIn).toHaveBeenCalledTimes(1);
  now += 7_001;
  entry.tick();
  expect(entry.seconds).toBe(1);
  now += 1_000;
  entry.tick();
  expect([entry.seconds, entry.ready, entry.answer.kind]).toEqual([0, true, "none"]);
});

test("another person starts anew", async () => {
  const { entry } = entering({ outcome: "wrongPin", left: 1 });
  entry.pin = "0000";
  await entry.submit();
  entry.pin = "47";
  entry.choose(ben);
  expect([entry.who, entry.pin, entry.answer.kind]).toEqual([ben, "", "none"]);
});

test("a station that does not answer is told in its own words", async () => {
  const { entry } = entering(new WicketError("storage", "Another window is writing. Try again."));
  entry.pin = "4711";
  await entry.submit();
  expect(entry.answer).toEqual({ kind: "trouble", message: "Another window is writing. Try again." });
  expect(entry.busy).toBe(false);
});

test.each([
  [8, "0:08"],
  [75, "1:15"],
  [300, "5:00"],
])("%d seconds read %s", (seconds, text) => {
  expect(minutes(seconds)).toBe(text);
});
