// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as commands from "../backend/commands";
import type { OrderLine } from "../backend/bindings";
import { toasts } from "../components";
import { language } from "../i18n/index.svelte";
import { navigation } from "./navigation.svelte";
import { session } from "./session.svelte";
import { unaskedScan } from "./unasked";
import { underway } from "./underway.svelte";

vi.mock("../backend/commands", () => ({ findOrders: vi.fn() }));

const ticket = "WK1:V50000%5KYL6D90UJQHB0";
const work = { pinned: true, letGo: () => Promise.resolve() };

beforeEach(() => {
  language.choose("en");
  session.signIn({ staffId: "s1", name: "Ada", role: "seller" });
  navigation.go("boxOffice");
  vi.mocked(commands.findOrders).mockReset().mockResolvedValue([]);
});

afterEach(() => {
  underway.end(work);
  navigation.found();
  toasts.shown.forEach((toast) => {
    toasts.dismiss(toast.id);
  });
});

const said = (): string[] => toasts.shown.map((toast) => toast.text);

test("a ticket that was sold here offers its order, and the orders are to find it", async () => {
  vi.mocked(commands.findOrders).mockResolvedValue([{ code: "K7QF2MX" } as OrderLine]);
  await unaskedScan(ticket);
  expect(commands.findOrders).toHaveBeenCalledWith(ticket);
  expect([said(), toasts.shown[0]?.action?.label]).toEqual([["A ticket of order K7QF2MX was scanned. Nothing was admitted."], "Open order K7QF2MX"]);
  toasts.shown[0]?.action?.run();
  expect([navigation.screen, navigation.sought, toasts.shown[0]?.over?.()]).toEqual(["orders", "K7QF2MX", true]);
});

test("while somebody pays the order stays closed, and why is said", async () => {
  vi.mocked(commands.findOrders).mockResolvedValue([{ code: "K7QF2MX" } as OrderLine]);
  underway.begin(work);
  await unaskedScan(ticket);
  toasts.shown[0]?.action?.run();
  expect([navigation.screen, toasts.shown.length]).toEqual(["boxOffice", 2]);
});

test.each([
  [ticket, "This ticket was not sold at this station. The gate says whether it is valid."],
  ["4006381333931", "This is not one of our tickets: 4006381333931"],
  ["]Q1WK1:V50000%5KYL6D90UJQHB0", "This ticket was not sold at this station. The gate says whether it is valid."],
  ["WK1ÖV50000%5KYL6D90UJQHB0", "This ticket was not sold at this station. The gate says whether it is valid."],
  ["]Q1WKP2:TICKETS.EXAMPLE.ORG/HOUSE", "This is a pairing code. It is read when a station joins a box office, on the screen “Cloud”."],
  ["WKP2:TICKETS.EXAMPLE.ORG/HOUSE", "This is a pairing code. It is read when a station joins a box office, on the screen “Cloud”."],
])("%s is named and offers nothing", async (text, expected) => {
  await unaskedScan(text);
  expect([said(), toasts.shown[0]?.action]).toEqual([[expected], undefined]);
});

test("two scans do not stand one over the other", async () => {
  await unaskedScan("4006381333931");
  await unaskedScan("4006381333932");
  expect(said()).toEqual(["This is not one of our tickets: 4006381333932"]);
});

test("before anybody has signed in no order is looked for", async () => {
  session.signOut();
  await unaskedScan(ticket);
  expect([said(), vi.mocked(commands.findOrders).mock.calls.length]).toEqual([["A ticket was scanned. Sign in to look at it."], 0]);
});

test("a station that cannot look says so", async () => {
  vi.mocked(commands.findOrders).mockRejectedValue(new Error("gone"));
  await unaskedScan(ticket);
  expect(said()).toEqual(["A ticket was scanned, and its order could not be looked up. Scan it again."]);
});
