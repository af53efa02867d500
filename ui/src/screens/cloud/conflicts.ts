/** A conflict in words: what it is, what it means, what can be done, and both sides' facts in one order. */

import type { Place } from "../../app/cloudWords";
import type { ConflictKind, ConflictLine } from "../../backend/bindings";
import { formatHappened } from "../../format";
import { m } from "../../i18n/index.svelte";

export interface Meaning {
  readonly title: string;
  readonly means: string;
  /** What can be done, the first thing first. */
  readonly remedies: readonly string[];
  /** What the two sides are called. */
  readonly sides: readonly [string, string];
}

export function meaningOf(kind: ConflictKind): Meaning {
  const twice: readonly [string, string] = [m.conflict_first(), m.conflict_second()];
  const rule: readonly [string, string] = [m.conflict_in_cloud(), m.conflict_reported()];
  switch (kind) {
    case "seat_sold_twice":
      return { title: m.conflict_seat(), means: m.conflict_seat_means(), remedies: [m.conflict_seat_do_1(), m.conflict_seat_do_2(), m.conflict_seat_do_3()], sides: twice };
    case "ticket_admitted_twice":
      return { title: m.conflict_ticket(), means: m.conflict_ticket_means(), remedies: [m.conflict_ticket_do_1(), m.conflict_ticket_do_2(), m.conflict_ticket_do_3()], sides: twice };
    case "message_rejected":
      return { title: m.conflict_message(), means: m.conflict_message_means(), remedies: [m.conflict_message_do_1(), m.conflict_message_do_2()], sides: rule };
    case "unknown_fan_club_member":
      return { title: m.conflict_member(), means: m.conflict_member_means(), remedies: [m.conflict_member_do_1(), m.conflict_member_do_2()], sides: rule };
    case "discount_not_allowed":
      return { title: m.conflict_discount(), means: m.conflict_discount_means(), remedies: [m.conflict_discount_do_1(), m.conflict_discount_do_2()], sides: rule };
    case "paid_too_late":
      return { title: m.conflict_late(), means: m.conflict_late_means(), remedies: [m.conflict_late_do_1(), m.conflict_late_do_2()], sides: rule };
  }
}

/** Who is asking, so that this station is called by its name. */
export interface Here extends Place {
  readonly station: { readonly stationId: string; readonly name: string } | undefined;
}

export interface Compared {
  readonly key: string;
  readonly label: string;
  /** Compared letter by letter. */
  readonly code: boolean;
  /** Undefined where a side says nothing of it. */
  readonly sides: readonly [string | undefined, string | undefined];
}

/**
 * The facts both sides may have, in the order they are compared (`cloud/functions` writes them). One that is not known here
 * keeps its own name, so that nothing is hidden.
 */
const known: readonly (readonly [key: string, label: () => string, code?: true])[] = [
  ["discount", () => m.conflict_fact_discount()],
  ["tier", () => m.conflict_fact_tier()],
  ["fanClubId", () => m.conflict_fact_member(), true],
  ["station", () => m.conflict_fact_station()],
  ["gate", () => m.conflict_fact_gate()],
  ["at", () => m.conflict_fact_at()],
  ["orderCode", () => m.conflict_fact_order(), true],
  ["seat", () => m.conflict_fact_seat()],
  ["holder", () => m.conflict_fact_holder()],
  ["places", () => m.conflict_fact_places()],
  ["granted", () => m.conflict_fact_granted()],
  ["sold", () => m.conflict_fact_sold()],
  ["remaining", () => m.conflict_fact_remaining()],
  ["paid", () => m.conflict_fact_paid()],
  ["payUntil", () => m.conflict_fact_pay_until()],
  ["givenBackAt", () => m.conflict_fact_given_back()],
  ["status", () => m.conflict_fact_status()],
  ["reason", () => m.conflict_fact_reason()],
  ["orderId", () => m.conflict_fact_order_no(), true],
  ["ticketId", () => m.conflict_fact_ticket_no(), true],
];

/** Two names of what is to be compared. */
const same: Readonly<Record<string, string>> = { allowed: "discount", given: "discount", state: "status" };

/** What tells people nothing that the other facts do not. */
const unsaid: readonly string[] = ["admissionId", "channel"];

function textOf(key: string, value: string, here: Here): string {
  if (key === "station" && value === here.station?.stationId) {
    return here.station.name;
  }
  return key === "at" || key === "payUntil" || key.endsWith("At") ? formatHappened(value, here) : value;
}

function named(side: ConflictLine["first"]): ConflictLine["first"] {
  return Object.fromEntries(Object.entries(side).map(([key, value]) => [same[key] ?? key, value]));
}

/** The rows of the comparison: what each side says to each fact that one of them has. */
export function compared(conflict: ConflictLine, here: Here): readonly Compared[] {
  const [first, second] = [named(conflict.first), named(conflict.second)];
  const has = (key: string): boolean => first[key] !== undefined || second[key] !== undefined;
  const coded = (side: ConflictLine["first"]): boolean => side["orderCode"] !== undefined || side["orderId"] === undefined;
  // The order's number is for technicians; where there is a code, people use that.
  const silent = [...unsaid, ...(coded(first) && coded(second) ? ["orderId"] : [])];
  const others = [...new Set([...Object.keys(first), ...Object.keys(second)])].filter((key) => !known.some(([name]) => name === key)).sort();
  const rows = [...known.map(([key, label, code]) => ({ key, label: label(), code: code === true })), ...others.map((key) => ({ key, label: key, code: false }))];
  const say = (side: ConflictLine["first"], key: string): string | undefined => {
    const value = side[key];
    return value === undefined ? undefined : textOf(key, value, here);
  };
  return rows.filter(({ key }) => has(key) && !silent.includes(key)).map((row) => ({ ...row, sides: [say(first, row.key), say(second, row.key)] }));
}

/** Open ones first, the newest on top; then the settled ones. */
export function inOrder(conflicts: readonly ConflictLine[]): ConflictLine[] {
  const at = (conflict: ConflictLine): number => Date.parse(conflict.at);
  return [...conflicts].sort((one, other) => Number(one.settledAt !== null) - Number(other.settledAt !== null) || at(other) - at(one));
}
