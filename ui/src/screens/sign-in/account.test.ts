// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { CloudSignIn, StaffMember } from "../../backend/bindings";
import { Account } from "./account.svelte";

const ada: StaffMember = { staffId: "s1", name: "Ada", role: "organizer" };

function accountOf(...outcomes: (CloudSignIn | Error)[]) {
  const cloudSignIn = vi.fn<(user: string, password: string, next: string | null) => Promise<CloudSignIn>>();
  outcomes.forEach((outcome) => (outcome instanceof Error ? cloudSignIn.mockRejectedValueOnce(outcome) : cloudSignIn.mockResolvedValueOnce(outcome)));
  const setPin = vi.fn(() => Promise.resolve());
  const account = Object.assign(new Account({ cloudSignIn, setPin }), { user: " ada@example.org ", password: "secret" });
  return { account, cloudSignIn, setPin };
}

test("who has a PIN here goes straight to work, and the password is forgotten", async () => {
  const { account, cloudSignIn } = accountOf({ outcome: "signedIn", staff: ada, hasPin: true, notKept: null });
  await expect(account.submit()).resolves.toEqual(ada);
  expect([cloudSignIn.mock.calls, account.password, account.notKept]).toEqual([[["ada@example.org", "secret", null]], "", undefined]);
});

test("without a name or a password nobody is asked", async () => {
  const { account, cloudSignIn } = accountOf();
  account.password = "";
  await account.submit();
  expect([account.ready, cloudSignIn.mock.calls.length]).toEqual([false, 0]);
});

test("a refusal says why, empties the password, and goes with the next character", async () => {
  const { account } = accountOf({ outcome: "refused", message: "Name or password are not right." });
  await expect(account.submit()).resolves.toBeUndefined();
  expect([account.told, account.password, account.step]).toEqual(["Name or password are not right.", "", "password"]);
  account.typed();
  expect(account.told).toBeUndefined();
});

test("an account with a password for one time asks for a new one, which may be refused too", async () => {
  const { account, cloudSignIn } = accountOf({ outcome: "newPassword" }, { outcome: "refused", message: "A password has 12 characters." }, { outcome: "signedIn", staff: ada, hasPin: true, notKept: null });
  await account.submit();
  expect([account.step, account.ready]).toEqual(["newPassword", false]);
  account.newPassword = "short";
  await account.submit();
  expect([account.told, account.newPassword, account.step]).toEqual(["A password has 12 characters.", "short", "newPassword"]);
  account.newPassword = "long enough now";
  await expect(account.submit()).resolves.toEqual(ada);
  expect(cloudSignIn.mock.calls.at(-1)).toEqual(["ada@example.org", "secret", "long enough now"]);
});

test("who has no PIN here chooses one, twice", async () => {
  const { account, setPin } = accountOf({ outcome: "signedIn", staff: ada, hasPin: false, notKept: "This computer has no keyring." });
  await account.submit();
  expect([account.step, account.staff, account.notKept]).toEqual(["pin", ada, "This computer has no keyring."]);
  Object.assign(account, { pin: "1111", again: "1111" });
  await account.submit();
  expect(account.fault).toBe("easy");
  Object.assign(account, { pin: "4711", again: "4712" });
  await account.submit();
  expect([account.fault, account.again]).toEqual(["differs", ""]);
  account.again = "4711";
  await expect(account.submit()).resolves.toEqual(ada);
  expect(setPin.mock.calls).toEqual([["4711"]]);
});

test("a station that does not answer is told in its own words, and is asked again", async () => {
  const { account } = accountOf(new WicketError("cloud", "No answer from the network. Sign in with your PIN."), { outcome: "signedIn", staff: ada, hasPin: true, notKept: null });
  await account.submit();
  expect([account.told, account.busy, account.password]).toEqual(["No answer from the network. Sign in with your PIN.", false, "secret"]);
  await expect(account.submit()).resolves.toEqual(ada);
});
