import { expect, test } from "vitest";
import { formatEventTime, formatHappened, formatHappenedBriefly, formatWhen, sameClock, stationZone, usableZone, zoneName } from "./when";

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

const berlin = { zone: "Europe/Berlin", locale: "en-GB", now: "2026-11-29T12:00:00Z" };
const dollar = { ...berlin, locale: "en-US" };

test("what happened is told in the station's zone: the date when it is not today, the year when it is not this one", () => {
  expect(plain(formatHappened("2026-11-29T08:05:00Z", berlin))).toBe("9:05");
  expect(plain(formatHappened("2026-11-29T08:05:00Z", berlin, true))).toBe("29 Nov, 9:05");
  expect(plain(formatHappened("2026-11-28T23:30:00Z", berlin))).toBe("0:30");
  expect(plain(formatHappened("2026-11-28T22:30:00Z", berlin))).toBe("28 Nov, 23:30");
  expect(plain(formatHappened("2025-11-29T08:05:00Z", berlin))).toBe("29 Nov 2025, 9:05");
  expect(plain(formatHappened("1970-01-01T00:03:00Z", dollar))).toBe("Jan 1, 1970, 1:03 AM");
  expect(plain(formatHappened("2027-01-01T08:05:00Z", { ...berlin, locale: "de-DE" }))).toBe("1. Jan. 2027, 9:05");
});

test("the new year begins in the station's zone", () => {
  const auckland = { zone: "Pacific/Auckland", locale: "en-GB", now: "2026-12-31T12:00:00Z" };
  expect(plain(formatHappened("2026-12-31T10:30:00Z", auckland))).toContain("31 Dec 2026");
  expect(plain(formatHappened("2026-12-31T10:30:00Z", { ...auckland, zone: "UTC" }))).toBe("10:30");
});

test("where there is little room, the time or the date stands alone", () => {
  expect(plain(formatHappenedBriefly("2026-11-29T08:05:00Z", berlin))).toBe("9:05");
  expect(plain(formatHappenedBriefly("2026-11-20T08:05:00Z", berlin))).toBe("20 Nov");
  expect(plain(formatHappenedBriefly("2025-11-20T08:05:00Z", berlin))).toBe("20 Nov 2025");
});

test("an event is told in its own zone, which is named where its clock is not the station's", () => {
  const event = { zone: "America/Los_Angeles", locale: "en-US", now: "2026-11-29T12:00:00Z" };
  const at = "2026-12-05T03:30:00Z";
  expect(plain(formatEventTime(at, "short", event, "America/Los_Angeles"))).toBe("Fri, Dec 4, 7:30 PM");
  expect(plain(formatEventTime(at, "short", event, "America/Vancouver"))).toBe("Fri, Dec 4, 7:30 PM");
  expect(plain(formatEventTime(at, "short", event, "Europe/Berlin"))).toBe("Fri, Dec 4, 7:30 PM PST");
  expect(plain(formatEventTime("2027-02-05T03:30:00Z", "short", event, "America/Vancouver"))).toContain("2027");
  expect(plain(formatEventTime("2026-11-30T03:30:00Z", "time", { ...event, now: "2026-11-29T20:00:00Z" }, "Europe/Berlin"))).toBe("7:30 PM PST");
  expect(formatEventTime("2027-02-05T03:30:00Z", "day", event, "Europe/Berlin")).toBe("Thu, Feb 4, 2027");
});

test("zones whose clocks agree at a moment need no names", () => {
  expect(sameClock("2026-07-24T17:30:00Z", "Europe/Berlin", "Europe/Paris")).toBe(true);
  expect(sameClock("2026-07-24T17:30:00Z", "Europe/London", "UTC")).toBe(false);
  expect(sameClock("2026-01-24T17:30:00Z", "Europe/London", "UTC")).toBe(true);
});

test("the station has a zone even where the system has none", () => {
  expect(() => formatHappened(summer, { ...berlin, zone: stationZone() })).not.toThrow();
  expect([usableZone(undefined), usableZone("Etc/Unknown"), usableZone("")]).toEqual(["UTC", "UTC", "UTC"]);
  expect(usableZone("Europe/Berlin")).toBe("Europe/Berlin");
});
