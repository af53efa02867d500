import { expect, test } from "vitest";
import { formatWhen, zoneName } from "./when";

const summer = "2026-07-24T17:30:00Z";
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

test("a moment is shown in the event's zone, whatever zone the machine is in", () => {
  expect(plain(formatWhen(summer, "Europe/Berlin", "time", "de-DE"))).toBe("19:30");
  expect(plain(formatWhen(summer, "America/Los_Angeles", "time", "en-US"))).toBe("10:30 AM");
});

test("the zone's short name follows daylight saving", () => {
  expect(zoneName(summer, "America/New_York", "en-US")).toBe("EDT");
  expect(zoneName("2026-01-24T17:30:00Z", "America/New_York", "en-US")).toBe("EST");
  expect(zoneName(summer, "Europe/Berlin", "de-DE")).toBe("MESZ");
});

test("the day is the day at the venue", () => {
  expect(formatWhen("2026-07-24T23:30:00Z", "Asia/Tokyo", "date", "en-GB")).toBe("25 July 2026");
  expect(formatWhen("2026-07-24T23:30:00Z", "America/New_York", "date", "en-GB")).toBe("24 July 2026");
});

test("the full style carries the zone", () => {
  expect(plain(formatWhen(summer, "America/New_York", "full", "en-US"))).toContain("1:30 PM EDT");
});

test("what is no moment is not turned into one", () => {
  expect(formatWhen("soon", "Europe/Berlin", "full", "en")).toBe("soon");
  expect(zoneName("soon", "Europe/Berlin", "en")).toBe("Europe/Berlin");
});
