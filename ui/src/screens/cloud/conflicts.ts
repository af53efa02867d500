/** A conflict in words: what it is, what it means, what can be done, and both sides' facts in one order. */

import { sinceText, type Place } from "../../app/cloudWords";
import type { ConflictKind, ConflictLine } from "../../backend/bindings";
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
  const rule: readonly [string, string] = [m.conflict_as_sold(), m.conflict_as_found()];
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
  }
}

export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly text: string;
  /** Compared letter by letter. */
  readonly code: boolean;
}

/** The facts both sides may have, in the order they are compared. One that is not known here keeps its own name. */
const known: readonly (readonly [key: string, label: () => string, code?: true])[] = [
  ["station", () => m.conflict_fact_station()],
  ["gate", () => m.conflict_fact_gate()],
  ["at", () => m.conflict_fact_at()],
  ["orderCode", () => m.conflict_fact_order(), true],
  ["seat", () => m.conflict_fact_seat()],
  ["holder", () => m.conflict_fact_holder()],
  ["fanClubId", () => m.conflict_fact_member(), true],
  ["discount", () => m.conflict_fact_discount()],
  ["reason", () => m.conflict_fact_reason()],
  ["orderId", () => m.conflict_fact_order_no(), true],
  ["ticketId", () => m.conflict_fact_ticket_no(), true],
  ["messageId", () => m.conflict_fact_message_no(), true],
];

function textOf(key: string, value: string, place: Place): string {
  return key === "at" || key.endsWith("At") ? sinceText(value, place) : value;
}

/** The rows of the comparison: what each side says to each fact that one of them has. Absent sides are undefined. */
export function compared(conflict: ConflictLine, here: Omit<Place, "zone">): readonly { readonly fact: Omit<Fact, "text">; readonly sides: readonly [string | undefined, string | undefined] }[] {
  const { first, second, timeZone } = conflict;
  // The order's number is for technicians; where there is a code, people use that.
  const spare = (key: string): boolean => key === "orderId" && (first["orderCode"] !== undefined || first["orderId"] === undefined) && (second["orderCode"] !== undefined || second["orderId"] === undefined);
  const others = [...new Set([...Object.keys(first), ...Object.keys(second)])].filter((key) => !known.some(([name]) => name === key)).sort();
  const rows = [...known.map(([key, label, code]) => ({ key, label: label(), code: code === true })), ...others.map((key) => ({ key, label: key, code: false }))];
  const say = (side: ConflictLine["first"], key: string): string | undefined => {
    const value = side[key];
    return value === undefined ? undefined : textOf(key, value, { ...here, zone: timeZone });
  };
  return rows.filter(({ key }) => (first[key] !== undefined || second[key] !== undefined) && !spare(key)).map((fact) => ({ fact, sides: [say(first, fact.key), say(second, fact.key)] }));
}

/** Open ones first, the newest on top; then the settled ones. */
export function inOrder(conflicts: readonly ConflictLine[]): ConflictLine[] {
  const at = (conflict: ConflictLine): number => Date.parse(conflict.at);
  return [...conflicts].sort((one, other) => Number(one.settledAt !== null) - Number(other.settledAt !== null) || at(other) - at(one));
}
