import { expect, test } from "vitest";
import { agoText, elapsed, eventText, momentText } from "./moments";

const now = "2026-08-22T21:00:00Z";

test.each([
  ["2026-08-22T21:00:00Z", "1\u00a0second ago"],
  ["2026-08-22T20:59:01Z", "59\u00a0seconds ago"],
  ["2026-08-22T20:58:01Z", "1\u00a0minute ago"],
  ["2026-08-22T20:00:01Z", "59\u00a0minutes ago"],
  ["2026-08-22T19:00:00Z", "2\u00a0hours ago"],
  ["2026-08-20T19:00:00Z", "2\u00a0days ago"],
  ["2026-08-22T21:00:30Z", "1\u00a0second ago"],
])("%s was %s", (at, words) => {
  expect(agoText(at, now, "en-GB")).toBe(words);
});

test("a clock that was set back counts as no time", () => {
  expect(elapsed("2026-08-22T21:00:30Z", now)).toBe(0);
  expect(elapsed("some day", now)).toBe(0);
});

test("the day is the one in the zone", () => {
  expect(momentText("2026-08-22T07:30:00Z", "2026-08-22T21:00:00Z", "America/Los_Angeles", "en-GB")).toMatch(/^0?0:30$/);
  expect(momentText("2026-08-22T06:30:00Z", "2026-08-22T21:00:00Z", "America/Los_Angeles", "en-GB")).toContain("21\u00a0Aug");
});

test("the year is said when it is not this one", () => {
  expect(momentText("2025-08-22T06:30:00Z", "2026-08-22T21:00:00Z", "UTC", "en-GB")).toContain("22\u00a0Aug 2025");
});

test("an event's zone is named where the station's clock is another", () => {
  const doors = (station: string): string => eventText("2026-08-22T23:30:00Z", "2026-08-22T21:00:00Z", "America/Los_Angeles", "en-US", station);
  expect(doors("America/Vancouver").replaceAll(/\s/g, " ")).toBe("4:30 PM");
  expect(doors("Europe/Berlin").replaceAll(/\s/g, " ")).toBe("4:30 PM PDT");
});
