// @vitest-environment happy-dom
import { beforeAll, describe, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import type { ConflictKind, ConflictLine } from "../../backend/bindings";
import { language } from "../../i18n/index.svelte";
import { compared, inOrder, meaningOf, type Here } from "./conflicts";
import { Inbox } from "./inbox.svelte";

beforeAll(() => {
  language.choose("en");
});

const here: Here = { zone: "UTC", locale: "en-GB", now: Date.parse("2026-11-20T21:30:00Z"), station: { stationId: "0198-a", name: "Window 1" } };

function line(conflictId: string, more: Partial<ConflictLine> = {}): ConflictLine {
  return {
    conflictId, eventId: "gala", event: "Gala", timeZone: "UTC", kind: "seat_sold_twice", at: "2026-11-20T20:00:00Z", seat: "Stalls B-14", orderId: null, ticketId: null,
    first: {}, second: {}, settledAt: null, settledBy: null, ...more,
  };
}

const said = (conflict: ConflictLine): (string | undefined)[][] => compared(conflict, here).map((row) => [row.label, ...row.sides]);

describe("both sides", () => {
  test("stand side by side, this station by its name, times as the venue writes them", () => {
    const conflict = line("c", { first: { station: "0198-a", orderCode: "7KQ2FM", orderId: "o1", at: "2026-11-20T19:18:00Z" }, second: { station: "0198-b", orderCode: "P9RX4T", orderId: "o2", at: "2026-11-20T19:25:00Z", channel: "box_office" } });
    expect(said(conflict)).toEqual([
      ["Station", "Window 1", "0198-b"],
      ["When", "19:18", "19:25"],
      ["Order", "7KQ2FM", "P9RX4T"],
    ]);
  });

  test("a side without a code keeps its order's number, and one that says nothing keeps its place", () => {
    const conflict = line("c", { first: { orderId: "o1", at: "2026-11-19T19:18:00Z" }, second: { orderCode: "P9RX4T", orderId: "o2" } });
    expect(said(conflict)).toEqual([
      ["When", expect.stringContaining("19 Nov") as string, undefined],
      ["Order", undefined, "P9RX4T"],
      ["Order no.", "o1", "o2"],
    ]);
  });

  test("what is allowed and what was given are one row", () => {
    const conflict = line("c", { kind: "discount_not_allowed", first: { allowed: "29.90", tier: "silver" }, second: { given: "74.75" } });
    expect(said(conflict)).toEqual([
      ["Discount", "29.90", "74.75"],
      ["Tier", "silver", undefined],
    ]);
  });

  test("of money that came too late say who has the seats now, and when they were given back", () => {
    const conflict = line("c", { kind: "paid_too_late", first: { seat: "Stalls B-14", payUntil: "2026-11-20T18:35:00Z", givenBackAt: "2026-11-20T18:36:00Z", station: "0198-a" }, second: { paid: "EUR 20.00", orderId: "o1", at: "2026-11-20T19:25:00Z" } });
    expect(said(conflict)).toEqual([
      ["Station", "Window 1", undefined],
      ["When", undefined, "19:25"],
      ["Seat", "Stalls B-14", undefined],
      ["Paid", undefined, "EUR 20.00"],
      ["To be paid until", "18:35", undefined],
      ["Given back at", "18:36", undefined],
      ["Order no.", undefined, "o1"],
    ]);
  });

  test("hide nothing that a newer cloud may say", () => {
    expect(said(line("c", { first: { weather: "rain" }, second: {} }))).toEqual([["weather", "rain", undefined]]);
  });
});

test.each<ConflictKind>(["seat_sold_twice", "ticket_admitted_twice", "message_rejected", "unknown_fan_club_member", "discount_not_allowed", "paid_too_late"])("%s says what it means and what can be done", (kind) => {
  const { title, means, remedies } = meaningOf(kind);
  expect([title.length > 0, means.endsWith("."), remedies.length >= 2]).toEqual([true, true, true]);
});

test("open ones stand on top, the newest first; then what is settled", () => {
  const lines = [line("settled", { settledAt: "2026-11-20T20:30:00Z", at: "2026-11-20T20:29:00Z" }), line("old", { at: "2026-11-20T18:00:00Z" }), line("new")];
  expect(inOrder(lines).map((one) => one.conflictId)).toEqual(["new", "old", "settled"]);
});

describe("the inbox", () => {
  test("marks one as settled once, and keeps it in sight", async () => {
    let settledAt: string | null = null;
    const commands = {
      conflicts: vi.fn(() => Promise.resolve([line("a", { settledAt }), line("b", { at: "2026-11-20T19:00:00Z" })])),
      settleConflict: vi.fn(() => {
        settledAt = "2026-11-20T21:00:00Z";
        return Promise.resolve();
      }),
    };
    const inbox = new Inbox(commands);
    await inbox.load();
    expect(inbox.opened?.conflictId).toBe("a");
    await Promise.all([inbox.settle(line("a")), inbox.settle(line("a"))]);
    expect([commands.settleConflict.mock.calls, inbox.opened?.conflictId, inbox.opened?.settledAt]).toEqual([[["gala", "a"]], "a", "2026-11-20T21:00:00Z"]);
    expect(inbox.lines?.map((one) => one.conflictId)).toEqual(["b", "a"]);
  });

  test("says why one could not be marked", async () => {
    const commands = { conflicts: () => Promise.resolve([line("a")]), settleConflict: () => Promise.reject(new WicketError("cloud", "The cloud cannot be reached.")) };
    const inbox = new Inbox(commands);
    await inbox.load();
    await inbox.settle(line("a"));
    expect([inbox.notSettled, inbox.busy]).toEqual(["The cloud cannot be reached.", false]);
    inbox.open("a");
    expect(inbox.notSettled).toBeUndefined();
  });
});
