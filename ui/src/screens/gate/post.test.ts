// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import { session } from "../../app/session.svelte";
import { admit, recentScans, undoAdmission } from "../../backend/commands";
import { toasts } from "../../components";
import { language } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import { startScanner } from "../../scanner";
import Post from "./Post.svelte";
import { graceTime } from "./pile.svelte";
import { admitted, lineOf, refused } from "./testing";

vi.mock("../../backend/commands", () => ({
  admit: vi.fn(() => Promise.resolve(refused("unpaid"))),
  undoAdmission: vi.fn(() => Promise.reject(new Error("not asked"))),
  recentScans: vi.fn(() => Promise.resolve([])),
  gateCount: vi.fn(() => Promise.resolve({ admitted: 0, sold: 10, lastMinute: 0 })),
  cameras: vi.fn(() => Promise.resolve([])),
  openCamera: vi.fn(() => Promise.resolve()),
  closeCamera: vi.fn(() => Promise.resolve()),
}));
vi.mock("../../sound", () => ({ play: vi.fn() }));

const event = { id: "e1", name: "Gala", startsAt: "2026-11-20T19:00:00Z", zone: "UTC", currency: "USD" };

let shown: Record<string, unknown> | undefined;
const stops: (() => void)[] = [];

afterEach(async () => {
  await (shown && unmount(shown));
  stops.forEach((stop) => {
    stop();
  });
  session.signOut();
  document.body.replaceChildren();
});

function open(): void {
  language.choose("en");
  stops.push(startScanner(), startKeys());
  shown = mount(Post, { target: document.body, props: { event } });
  flushSync();
}

/** As a hand scanner types. */
function scan(text: string, at: number): void {
  [...text, "Enter"].forEach((key, index) => {
    press(key, at + index * 4);
  });
}

const verdicts = (): string[] => [...document.querySelectorAll<HTMLElement>('[data-testid="verdict"]')].map((one) => one.dataset["verdict"] ?? "");

/** `at` is the event's own time: the machine's clock may be anywhere, and a key close to a scan's would be the scanner's. */
function press(key: string, at: number, ctrlKey = false): void {
  const event = new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: at });
  (document.activeElement ?? document.body).dispatchEvent(event);
  flushSync();
}

/** A machine that builds something else meanwhile needs more than the second that is usual. */
const patience = { timeout: 10_000 };

test("a verdict shows itself over the settings, and keeps Enter for itself", async () => {
  open();
  press("F8", 1000);
  await vi.waitFor(() => {
    expect(document.querySelector("[role=dialog]")).not.toBeNull();
  });
  scan("WK1:ABC", 2000);
  await vi.waitFor(() => {
    expect(document.querySelector('[data-testid="verdict"]')).not.toBeNull();
    expect(document.querySelector("[role=dialog]")).toBeNull();
  });
  press("Enter", 5000);
  expect(document.querySelector('[data-testid="verdict"]')).toBeNull();
});

test("two scanners at once: both verdicts stand, the refusal first and whole; its Enter leaves the other one", async () => {
  open();
  vi.mocked(admit).mockResolvedValueOnce(admitted("a"));
  scan("WK1:ABC", 2000);
  scan("WK1:DEF", 2100);
  await vi.waitFor(() => {
    expect(verdicts()).toEqual(["refused", "admitted"]);
  });
  expect(document.querySelectorAll('[data-testid="verdict-detail"]')).toHaveLength(1);
  expect(document.querySelector('[data-testid="verdict"]')?.textContent).toContain("This ticket is not paid.");
  expect([...document.querySelectorAll("[aria-live=assertive] p")].map((one) => one.textContent.split(".")[0])).toEqual(["Stop", "Admitted"]);
  await new Promise((go) => setTimeout(go, graceTime));
  press("Enter", 5000);
  expect(verdicts()).toEqual(["admitted"]);
});

test("no message lies on a verdict; it comes when the verdict has been read", async () => {
  open();
  toasts.show({ kind: "info", text: "2 tickets went back on sale." });
  expect(toasts.waiting).toBe(false);
  scan("WK1:ABC", 2000);
  await vi.waitFor(() => {
    expect(toasts.waiting).toBe(true);
  });
  press("Enter", 5000);
  expect(toasts.waiting).toBe(false);
  toasts.shown.forEach(({ id }) => { toasts.dismiss(id); });
});

test("a verdict that nobody has read when the gate is left is told on the next screen", async () => {
  open();
  scan("WK1:ABC", 2000);
  await vi.waitFor(() => {
    expect(verdicts()).toEqual(["refused"]);
  });
  await unmount(shown ?? {});
  shown = undefined;
  expect(toasts.shown.map(({ kind, text }) => [kind, text.split(".")[0]])).toEqual([["stop", "At the gate: Stop"]]);
  expect(toasts.waiting).toBe(false);
  toasts.shown.forEach(({ id }) => { toasts.dismiss(id); });
});

test("undo is offered to whoever let somebody in and to supervisors, also by key", async () => {
  const mine = admitted("mine", new Date().toISOString());
  const theirs = admitted("theirs", new Date().toISOString());
  vi.mocked(recentScans).mockResolvedValue([lineOf(theirs), lineOf(mine)]);
  vi.mocked(admit).mockResolvedValueOnce(mine);
  session.signIn({ staffId: "s3", name: "Cleo", role: "steward" });
  open();
  scan("WK1:ABC", 2000);
  const undoes = (): boolean[] => [...document.querySelectorAll('[data-testid="last-scan"]')].map((one) => one.parentElement?.querySelector('[data-testid="undo-admission"]') !== null);
  await vi.waitFor(() => {
    expect(undoes()).toEqual([false, true]);
  }, patience);
  const undoLast = (): string | undefined => {
    press("z", 5000, true);
    return vi.mocked(undoAdmission).mock.lastCall?.[0];
  };
  expect(undoLast()).toBe("mine");
  for (const [staffId, role, offered] of [["s4", "seller", [false, false]], ["s1", "supervisor", [true, true]]] as const) {
    session.signIn({ staffId, name: "Ada", role });
    flushSync();
    expect(undoes(), role).toEqual(offered);
  }
  expect(undoLast()).toBe("theirs");
  await vi.waitFor(() => {
    expect(toasts.shown).not.toEqual([]);
  }, patience);
  toasts.shown.forEach(({ id }) => { toasts.dismiss(id); });
  vi.mocked(recentScans).mockResolvedValue([]);
});
