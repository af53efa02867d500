// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { invoke, WicketError } from ".";
import { wicketErrorFrom } from "./error";

afterEach(clearMocks);

test("an answer comes through", async () => {
  mockIPC((command, args) => ({ command, args }));
  await expect(invoke("events", { free: true })).resolves.toEqual({ command: "events", args: { free: true } });
});

test("the backend's code and sentence survive", async () => {
  mockIPC(() => {
    throw { code: "seat_taken", message: "Seat B-14 was just sold at Window 2. Choose another." };
  });
  const met = await invoke("sell").catch((thrown: unknown) => thrown);
  expect(met).toBeInstanceOf(WicketError);
  expect(met).toMatchObject({ code: "seat_taken", message: "Seat B-14 was just sold at Window 2. Choose another." });
});

test.each([["command sell not found"], [new TypeError("no window")], [{ detail: 1 }], [undefined]])("%s has the code unknown", (thrown) => {
  expect(wicketErrorFrom(thrown)).toMatchObject({ name: "WicketError", code: "unknown" });
});

test("a code of the system's own is not taken for ours", () => {
  expect(wicketErrorFrom(Object.assign(new Error("gone"), { code: "ENOENT" })).code).toBe("unknown");
});
