// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { modes } from "../app/modes";
import { language } from "../i18n/index.svelte";
import { keys, startKeys } from "../keys/index.svelte";
import TopBar from "./TopBar.svelte";

let shown: Record<string, unknown> | undefined;
let stopKeys = (): void => undefined;

beforeEach(() => {
  language.choose("en");
  stopKeys = startKeys();
});

afterEach(async () => {
  await unmount(shown ?? {});
  stopKeys();
  document.body.replaceChildren();
});

function show(held?: string) {
  const heard = { onmode: vi.fn(), onevent: vi.fn(), onstatus: vi.fn() };
  const event = { name: "Gala", startsAt: "2026-11-20T19:00:00Z", zone: "UTC" };
  shown = mount(TopBar, { target: document.body, props: { event, modes, mode: "boxOffice", held, status: { text: "Online" }, now: 0, ...heard } });
  flushSync();
  return heard;
}

function pressAll(): void {
  for (const key of ["F3", "F4", "F9"]) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
  document.querySelectorAll("button").forEach((button) => {
    button.click();
  });
}

test("keys and buttons lead to the other modes, the events and the cloud", () => {
  const heard = show();
  pressAll();
  expect(heard.onmode.mock.calls.map(([mode]) => mode as string)).toEqual(["gate", "orders", "boxOffice", "gate", "orders"]);
  expect([heard.onevent.mock.calls.length, heard.onstatus.mock.calls.length]).toEqual([1, 2]);
});

test("while somebody pays none does, and each says why", () => {
  const heard = show("Finish the payment first.");
  pressAll();
  expect(heard.onmode.mock.calls.map(([mode]) => mode as string)).toEqual(["boxOffice"]);
  expect([heard.onevent.mock.calls.length, heard.onstatus.mock.calls.length]).toEqual([0, 0]);
  expect([...document.querySelectorAll<HTMLButtonElement>("button:disabled")].map((button) => button.title)).toEqual(Array(4).fill("Finish the payment first."));
  expect(keys.now).toEqual([]);
});
