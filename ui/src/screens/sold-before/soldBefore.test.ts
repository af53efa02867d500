// @vitest-environment happy-dom
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { navigation } from "../../app/navigation.svelte";
import { session } from "../../app/session.svelte";
import { unfinished } from "../../app/unfinished.svelte";
import * as commands from "../../backend/commands";
import type { UnfinishedSale } from "../../backend/bindings";
import { toasts } from "../../components";
import { language } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import SoldBefore from "../SoldBefore.svelte";

vi.mock("../../backend/commands", () => ({ printers: vi.fn(), printTickets: vi.fn(), finishSale: vi.fn() }));

const usd = (minor: number) => ({ minor, currency: "USD" });

function sale(code: string, labels: string[]): UnfinishedSale {
  const tickets = labels.map((label) => ({ ticketId: label, seatId: label, label, place: { zone: "Stalls", row: null, number: null }, category: "Gold", price: usd(2990), status: "valid" as const, token: "", admission: null }));
  const receipt = { orderId: code, code, total: usd(5980), received: usd(10_000), change: usd(4020), holder: "Grace Hopper", finished: false, tickets };
  return { event: "Gala", timeZone: "UTC", soldAt: "2026-11-20T18:00:00Z", soldBy: "Ben", receipt };
}

let shown: Record<string, unknown> | undefined;
let stopKeys = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  vi.mocked(commands.printers).mockResolvedValue([{ name: "Boca", isDefault: true, hold: null }]);
  vi.mocked(commands.printTickets).mockResolvedValue({ outcome: "sent", printer: "Boca" });
  vi.mocked(commands.finishSale).mockResolvedValue();
  language.choose("en");
  session.signIn({ staffId: "s1", name: "Ada", role: "seller" });
  stopKeys = startKeys();
});

afterEach(async () => {
  await unmount(shown ?? {});
  stopKeys();
  session.signOut();
  toasts.shown.forEach((toast) => {
    toasts.dismiss(toast.id);
  });
  document.body.replaceChildren();
  vi.useRealTimers();
});

async function settled(milliseconds = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  flushSync();
}

async function show(sales: UnfinishedSale[]): Promise<void> {
  unfinished.show(sales, true, "boxOffice");
  shown = mount(SoldBefore, { target: document.body });
  await settled();
}

const texts = (id: string): string[] => [...document.querySelectorAll(`[data-testid="${id}"]`)].map((one) => one.textContent.trim());

async function press(key: string): Promise<void> {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  await settled();
}

test("each sale stands with code, seats, sums and name, and Enter prints it before it is finished", async () => {
  await show([sale("K7QF2MX", ["Stalls A-1", "Stalls A-2"]), sale("B3HN8PW", ["Stalls B-1"])]);
  const text = document.body.textContent.replace(/\s+/g, " ");
  for (const word of ["Sold before the restart", "K7QF2MX", "Stalls A-1", "Stalls A-2", "$59.80", "$40.20", "Grace Hopper", "Gala", "Sold by Ben", "B3HN8PW"]) {
    expect(text).toContain(word);
  }
  await press("Enter");
  expect([vi.mocked(commands.printTickets).mock.calls.length, vi.mocked(commands.finishSale).mock.calls.length], "the Enter that signed in does nothing here").toEqual([0, 0]);
  await settled(700);
  await press("Enter");
  expect(vi.mocked(commands.printTickets).mock.calls.map((call) => call[0])).toEqual(["K7QF2MX"]);
  await press("Enter");
  expect(vi.mocked(commands.finishSale).mock.calls).toEqual([["K7QF2MX"]]);
  expect([unfinished.sales.map((one) => one.receipt.code), navigation.screen]).toEqual([["B3HN8PW"], "soldBefore"]);
  await press("Enter");
  expect([vi.mocked(commands.printTickets).mock.calls.length, vi.mocked(commands.finishSale).mock.calls.length], "nor does a second Enter for the next sale").toEqual([1, 1]);
  await settled(700);
  await press("Enter");
  expect(vi.mocked(commands.printTickets).mock.lastCall?.[0]).toBe("B3HN8PW");
});

test("the last one dismissed, the window goes on; what could not be noted is said", async () => {
  await show([sale("K7QF2MX", ["Stalls A-1"])]);
  vi.mocked(commands.finishSale).mockRejectedValue(new Error("gone"));
  document.querySelector<HTMLElement>('[data-testid="sold-before-done"]')?.click();
  await settled();
  expect([navigation.screen, toasts.shown.length]).toEqual(["boxOffice", 1]);
});

test("a steward sees it and leaves it to a seller", async () => {
  session.signIn({ staffId: "s3", name: "Cleo", role: "steward" });
  await show([sale("K7QF2MX", ["Stalls A-1"])]);
  expect([texts("print"), texts("sold-before-done")]).toEqual([[], []]);
  expect(texts("sold-before").join(" ")).toContain("K7QF2MX");
  document.querySelector<HTMLElement>('[data-testid="sold-before-later"]')?.click();
  await settled();
  expect([navigation.screen, vi.mocked(commands.finishSale).mock.calls.length]).toEqual(["boxOffice", 0]);
});
