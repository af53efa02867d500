// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import { language } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import { startScanner } from "../../scanner";
import Post from "./Post.svelte";
import { refused } from "./testing";

vi.mock("../../backend/commands", () => ({
  admit: vi.fn(() => Promise.resolve(refused("unpaid"))),
  recentScans: vi.fn(() => Promise.resolve([])),
  gateCount: vi.fn(() => Promise.resolve({ admitted: 0, sold: 10, lastMinute: 0 })),
  cameras: vi.fn(() => Promise.resolve([])),
  openCamera: vi.fn(() => Promise.resolve()),
  closeCamera: vi.fn(() => Promise.resolve()),
}));
vi.mock("../../sound", () => ({ play: vi.fn() }));

let shown: Record<string, unknown> | undefined;
const stops: (() => void)[] = [];

afterEach(async () => {
  await unmount(shown ?? {});
  stops.forEach((stop) => {
    stop();
  });
  document.body.replaceChildren();
});

function press(key: string, at: number): void {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: at });
  (document.activeElement ?? document.body).dispatchEvent(event);
  flushSync();
}

test("a verdict shows itself over the settings, and keeps Enter for itself", async () => {
  language.choose("en");
  stops.push(startScanner(), startKeys());
  shown = mount(Post, { target: document.body, props: { event: { id: "e1", name: "Gala", startsAt: "2026-11-20T19:00:00Z", zone: "UTC", currency: "USD" } } });
  flushSync();
  press("F8", 1000);
  await vi.waitFor(() => {
    expect(document.querySelector("[role=dialog]")).not.toBeNull();
  });
  [..."WK1:ABC", "Enter"].forEach((key, index) => {
    press(key, 2000 + index * 4);
  });
  await vi.waitFor(() => {
    expect(document.querySelector('[data-testid="verdict"]')).not.toBeNull();
    expect(document.querySelector("[role=dialog]")).toBeNull();
  });
  press("Enter", 5000);
  expect(document.querySelector('[data-testid="verdict"]')).toBeNull();
});
