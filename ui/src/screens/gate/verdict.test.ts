// @vitest-environment happy-dom
import { beforeAll, describe, expect, test } from "vitest";
import type { Refusal } from "../../backend/bindings";
import { language } from "../../i18n/index.svelte";
import { admitted, lineOf, refused, ticketB14 } from "./testing";
import { lineText, present, scanOf, scanOfLine, signOf, spoken, type Presentation } from "./verdict";

beforeAll(() => {
  language.choose("en");
});

const zone = "America/Los_Angeles";
/** An hour east of the event. */
const station = "America/Denver";
const at = "2026-08-22T21:00:00Z";
const north = { gate: "North gate", locale: "en-GB" };
const show = (verdict: Parameters<typeof scanOf>[0], here = north): Presentation => present(scanOf(verdict, here.gate), here, zone, station);

const reasons: Refusal[] = [
  "not_a_ticket", "unknown_issuer", "bad_signature", "key_revoked", "other_event", "cancelled", "refunded", "replaced",
  "blocked", "not_yet_valid", "no_longer_valid", "wrong_gate", "unpaid", "already_admitted",
];

test("decided without the cloud is said to the eye and to the ear", () => {
  const alone = show({ ...admitted(), offline: true });
  expect([alone.offline, spoken(alone).endsWith("Decided here: the cloud did not answer.")]).toEqual([true, true]);
  expect(spoken(show(admitted()))).not.toContain("cloud");
});

test("an admission says where to go and nothing of a refusal", () => {
  expect(show(admitted())).toEqual({
    sign: "go", word: "Admitted", holder: "Ada Okafor", seat: "Stalls B-14", category: "Category 1", code: "F7KQ2MX", offline: false, allTheSame: false, refusal: undefined,
  });
});

test.each([
  ["Floor", "Floor", null],
  ["Front Stalls A-1", "Front Stalls", null],
  ["Floorboards 7", "Floor", "Floor"],
])("at %s the category %s is said once", (label, category, shown) => {
  expect(show({ ...admitted(), ticket: { ...ticketB14, label, category } })).toMatchObject({ seat: label, category: shown });
});

test("a genuine ticket whose sale is not known here still admits, with what its token tells", () => {
  const bare = { ...ticketB14, label: null, holder: null, code: null };
  expect(show({ ...admitted(), ticket: bare })).toMatchObject({ sign: "go", seat: null, category: "Category 1" });
});

describe.each(["en", "de"] as const)("in %s", (spokenHere) => {
  test("each reason has its own sentence and something to do", () => {
    language.choose(spokenHere);
    const shown = [...reasons, null].map((reason) => show(refused(reason)).refusal);
    expect(new Set(shown.map((refusal) => refusal?.reason)).size).toBe(reasons.length + 1);
    expect(shown.filter((refusal) => !refusal?.reason.endsWith(".") || !refusal.advice.endsWith("."))).toEqual([]);
    expect(new Set([...reasons, null].map((reason) => lineText(scanOf(refused(reason), "")).first)).size).toBe(reasons.length + 1);
    language.choose("en");
  });
});

describe("already admitted", () => {
  const first = { at: "2026-08-22T20:35:00Z", gate: "South gate", station: "Window 1" };

  test("says when, how long ago and where, in the station's zone", () => {
    expect(show(refused("already_admitted", { at, firstAdmission: first })).refusal).toMatchObject({
      reason: "Already admitted: 14:35, 25\u00a0minutes ago.",
      place: "South gate, station Window 1",
    });
  });

  test("names the day when it is another one", () => {
    const before = { ...first, at: "2026-08-21T20:35:00Z", gate: null };
    const { reason, place } = show(refused("already_admitted", { at, firstAdmission: before })).refusal ?? {};
    expect(reason).toMatch(/^Already admitted: 21.Aug,?.14:35, 1\u00a0day ago\.$/);
    expect(place).toBe("Station Window 1");
  });

  test("names the year when it is another one", () => {
    const before = { ...first, at: "2025-08-21T20:35:00Z" };
    expect(show(refused("already_admitted", { at, firstAdmission: before })).refusal?.reason).toMatch(/21.Aug.2025,?.14:35/);
  });

  test("takes a second scan within a minute at the same gate for the same guest's", () => {
    const justNow = { ...first, at: "2026-08-22T20:59:52Z", gate: "North gate" };
    const here = show(refused("already_admitted", { at, firstAdmission: justNow })).refusal;
    expect(here?.reason).toContain("8\u00a0seconds ago");
    expect(here?.advice).toContain("same guest");
    const elsewhere = show(refused("already_admitted", { at, firstAdmission: { ...justNow, gate: "South gate" } })).refusal;
    expect(elsewhere?.advice).toContain("supervisor");
  });
});

test("not yet valid says from when, too late until when, in the event's zone and with its name", () => {
  expect(show(refused("not_yet_valid", { at, validFrom: "2026-08-22T22:30:00Z" })).refusal?.reason).toMatch(/^This ticket admits from 15:30.(PDT|GMT-7)\.$/);
  expect(show(refused("no_longer_valid", { at, validUntil: "2026-08-22T20:00:00Z" })).refusal?.reason).toMatch(/^This ticket admitted until 13:00.(PDT|GMT-7)\.$/);
});

test("a wrong gate names the right ones; a gate without a name is told that it needs one", () => {
  const wrong = refused("wrong_gate", { gates: ["South gate", "West gate"] });
  expect(show(wrong).refusal).toMatchObject({ reason: "This ticket admits at South gate or West gate.", advice: "Send the guest to South gate or West gate." });
  expect(show(wrong, { ...north, gate: "" }).refusal?.advice).toContain("name it");
});

test("somebody let in outside the hours is said to have been", () => {
  const shown = show({ ...admitted(), outOfHours: "not_yet_valid" });
  expect([shown.sign, shown.allTheSame, spoken(shown).endsWith("Let in outside the hours.")]).toEqual(["go", true, true]);
});

test("an admission that was undone lets nobody in, and neither does what undid it", () => {
  const undone = { ...scanOf(admitted(), ""), undoneAt: at };
  const annulment = { ...scanOf(admitted(), ""), verdict: "annulled" as const, annuls: "s1" };
  for (const scan of [undone, annulment]) {
    expect([signOf(scan), present(scan, north, zone).word, lineText(scan).second]).toEqual(["info", "Undone", "Undone · Ada Okafor"]);
  }
});

test("a scanner with another keyboard layout is named, and is not the guest's fault", () => {
  const shown = show(refused("not_a_ticket", { ticket: null, otherKeyboard: true }));
  expect(shown.refusal?.reason).toBe("The scanner is set to another keyboard layout than this computer.");
  expect(shown.refusal?.advice).toContain("order's code by hand");
  expect(show(refused("not_a_ticket", { ticket: null })).refusal?.reason).toBe("This code is not one of our tickets.");
});

test("another event is named", () => {
  expect(show(refused("other_event")).refusal?.reason).toBe("This ticket is for Summer Music Festival.");
  expect(show(refused("other_event", { ticket: null })).refusal?.reason).toBe("This ticket is for another event.");
});

test("a screen reader hears the verdict first, without doubled stops", () => {
  expect(spoken(show(admitted()))).toBe("Admitted. Ada Okafor. Stalls B-14. Category 1.");
  expect(spoken(show(refused("unpaid")))).toBe(
    "Stop. This ticket is not paid. Send the guest to the box office to pay. The same ticket admits after that. Stalls B-14. Ada Okafor.",
  );
});

test("a line of the list leads with the seat, or with what was wrong", () => {
  expect(lineText(scanOf(admitted(), ""))).toEqual({ first: "Stalls B-14", second: "Ada Okafor · Category 1" });
  expect(lineText(scanOf(refused("unpaid"), ""))).toEqual({ first: "Not paid", second: "Stalls B-14 · Ada Okafor" });
  expect(lineText(scanOf(refused("not_a_ticket", { ticket: null }), ""))).toEqual({ first: "Not a ticket", second: "" });
});

test("a line from the file keeps what the verdict heard here knew besides", () => {
  const verdict = refused("wrong_gate", { gates: ["South gate"] });
  expect(scanOfLine(lineOf(verdict), scanOf(verdict, "North gate")).gates).toEqual(["South gate"]);
  expect(scanOfLine(lineOf(verdict), undefined).gates).toEqual([]);
});
