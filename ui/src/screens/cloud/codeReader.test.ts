// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as commands from "../../backend/commands";
import type { GateEvent } from "../../backend/bindings";
import { language } from "../../i18n/index.svelte";
import CodeReader from "./CodeReader.svelte";

vi.mock("../../backend/commands", () => ({ cameras: vi.fn(), openReader: vi.fn(), closeCamera: vi.fn(), preview: vi.fn() }));

let shown: Record<string, unknown>;
let read: string[];
let hear: (event: GateEvent) => void;

beforeEach(async () => {
  vi.useFakeTimers();
  language.choose("en");
  read = [];
  vi.mocked(commands.closeCamera).mockResolvedValue();
  vi.mocked(commands.openReader).mockImplementation((hears) => {
    hear = hears;
    return Promise.resolve();
  });
  shown = mount(CodeReader, { target: document.body, props: { onread: (text: string) => read.push(text), onclose: () => undefined } });
  await after(100);
});

afterEach(async () => {
  await unmount(shown);
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function after(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
}

const told = (): string => document.querySelector("[data-testid=reader-told]")?.textContent.trim() ?? "absent";
const looked: GateEvent = { kind: "looked", width: 640, height: 360, outlines: [[[1, 1], [9, 1], [9, 9], [1, 9]]] };
const another = "That is another code. Show the pairing code.";

test("another code is named while it is in sight, and until that was read", async () => {
  hear(looked);
  hear({ kind: "read", text: "WK1:A TICKET" });
  await after(0);
  expect([told(), read]).toEqual([another, []]);
  for (let second = 0; second < 40; second += 1) {
    await after(250);
    hear(looked);
  }
  expect(told(), "ten seconds later it is still there").toBe(another);
  await after(3000);
  expect(told(), "a moment after it went").toBe(another);
  await after(3000);
  expect(told()).toBe("");
});

test("the pairing code is passed on", async () => {
  const code = "WKP2:TICKETS.EXAMPLE.ORG/HOUSE";
  hear({ kind: "read", text: code });
  await after(0);
  expect([told(), read]).toEqual(["", [code]]);
});
