// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { EventSummary } from "../../backend/bindings";
import { daysAway, kindsOf, listed, percent, soldShare, type Wish } from "./list";

const noon = Date.parse("2026-11-20T20:00:00Z");
const everything: Wish = { text: "", kind: undefined, span: "all" };

function event(name: string, startsAt: string, more: Partial<EventSummary> = {}): EventSummary {
  return {
    eventId: name,
    name,
    kind: "Music",
    venue: { name: "Harbor Arena", address: null, timeZone: "America/Los_Angeles" },
    startsAt,
    hours: { doorsFrom: startsAt, doorsUntil: startsAt, sellsUntil: startsAt },
    currency: "USD",
    sample: false,
    seatsFree: 0,
    seatsTotal: 100,
    standingFree: 0,
    standingTotal: 100,
    ownOnly: false,
    sold: 0,
    admitted: 0,
    priceFrom: { minor: 0, currency: "USD" },
    priceTo: { minor: 0, currency: "USD" },
    ...more,
  };
}

const names = (events: readonly EventSummary[]): string[] => events.map(({ name }) => name);

test("today is the venue's today", () => {
  // 23:30 in Los Angeles is the next day in UTC; 21:00 UTC on the 19th is the 20th in Tokyo.
  expect(daysAway(event("late", "2026-11-21T07:30:00Z"), noon)).toBe(0);
  const tokyo = { name: "Dome", address: null, timeZone: "Asia/Tokyo" };
  expect(daysAway(event("far", "2026-11-20T21:00:00Z", { venue: tokyo }), noon)).toBe(0);
  expect(daysAway(event("gone", "2026-11-20T03:00:00Z"), noon)).toBe(-1);
});

test("the next one stands on top, what is over stands last", () => {
  const all = [event("later", "2026-12-20T20:00:00Z"), event("old", "2026-11-01T20:00:00Z"), event("tonight", "2026-11-21T03:30:00Z"), event("older", "2026-10-01T20:00:00Z")];
  expect(names(listed(all, everything, noon))).toEqual(["tonight", "later", "old", "older"]);
});

test("today, seven days, all", () => {
  const all = [event("tonight", "2026-11-21T03:30:00Z"), event("sixth", "2026-11-27T03:30:00Z"), event("seventh", "2026-11-28T03:30:00Z"), event("old", "2026-11-19T03:30:00Z")];
  expect(names(listed(all, { ...everything, span: "today" }, noon))).toEqual(["tonight"]);
  expect(names(listed(all, { ...everything, span: "week" }, noon))).toEqual(["tonight", "sixth"]);
  expect(listed(all, everything, noon)).toHaveLength(4);
});

test("every word must fit the name, the kind or the venue", () => {
  const all = [event("Summer Music Festival", "2026-11-21T03:30:00Z"), event("Charity Gala", "2026-11-22T03:30:00Z", { kind: "Charity" })];
  expect(names(listed(all, { ...everything, text: " harbor SUMMER " }, noon))).toEqual(["Summer Music Festival"]);
  expect(names(listed(all, { ...everything, text: "arena" }, noon))).toHaveLength(2);
  expect(names(listed(all, { ...everything, kind: "Charity" }, noon))).toEqual(["Charity Gala"]);
  expect(listed(all, { ...everything, text: "opera" }, noon)).toEqual([]);
  const spelled = [event("Zoë’s Café – Işık", "2026-11-21T03:30:00Z")];
  expect(names(listed(spelled, { ...everything, text: "zoe's cafe" }, noon))).toHaveLength(1);
  expect(names(listed(spelled, { ...everything, text: "CAFE-ISIK" }, noon))).toHaveLength(1);
  expect(kindsOf(all)).toEqual(["Charity", "Music"]);
});

test("the sold share never rounds to nothing or to everything", () => {
  expect(soldShare(event("x", "2026-11-21T03:30:00Z", { sold: 50 }))).toBe(0.25);
  expect(soldShare(event("x", "2026-11-21T03:30:00Z", { seatsTotal: 0, standingTotal: 0 }))).toBe(0);
  expect([0, 0.0001, 0.5, 0.9999, 1].map(percent)).toEqual([0, 1, 50, 99, 100]);
});
