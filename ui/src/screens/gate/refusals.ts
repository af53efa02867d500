/** Each reason for a refusal in words: in short for lists, as a sentence, and what to do about it. */

import type { AdmissionView, GateTicket, Refusal } from "../../backend/bindings";
import { m } from "../../i18n/index.svelte";
import { agoText, elapsed, eventText, momentText } from "./moments";

/** What is known about a refused scan, as far as its sentences need it. */
export interface Refused {
  readonly reason: Refusal | null;
  readonly at: string;
  /** The name of the ticket's event. */
  readonly event: string | undefined;
  readonly first: AdmissionView | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly gates: readonly string[];
  /** One of our tickets, but written through another keyboard layout than the scanner is set to. */
  readonly otherKeyboard: boolean;
}

/** Where it happened, and how to write times. */
export interface Here {
  /** Empty for a gate without a name. */
  readonly gate: string;
  /** The event's zone, IANA: in it the ticket's times are told. */
  readonly zone: string;
  /** The station's: in it is told what happened here. */
  readonly station: string;
  readonly locale: string;
}

/** A second scan this soon, at the same gate, is nearly always the same person's. */
const sameMoment = 60_000;

export function shortText({ reason, otherKeyboard }: Pick<Refused, "reason" | "otherKeyboard">): string {
  switch (reason) {
    case "not_a_ticket":
      return otherKeyboard ? m.gate_short_other_keyboard() : m.gate_short_not_a_ticket();
    case "unknown_issuer":
      return m.gate_short_unknown_issuer();
    case "bad_signature":
      return m.gate_short_bad_signature();
    case "key_revoked":
      return m.gate_short_key_revoked();
    case "other_event":
      return m.gate_short_other_event();
    case "cancelled":
      return m.gate_short_cancelled();
    case "refunded":
      return m.gate_short_refunded();
    case "replaced":
      return m.gate_short_replaced();
    case "blocked":
      return m.gate_short_blocked();
    case "not_yet_valid":
      return m.gate_short_not_yet_valid();
    case "no_longer_valid":
      return m.gate_short_no_longer_valid();
    case "wrong_gate":
      return m.gate_short_wrong_gate();
    case "unpaid":
      return m.gate_short_unpaid();
    case "already_admitted":
      return m.gate_short_already_admitted();
    case null:
      return m.gate_short_other();
  }
}

function gateNames(gates: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: "disjunction" }).format(gates);
}

/** Where somebody was admitted: the gate if it has a name, and the station always. */
export function placeText(admission: AdmissionView): string {
  return admission.gate === null ? m.gate_place_station({ station: admission.station }) : m.gate_place({ gate: admission.gate, station: admission.station });
}

function doorsText(at: string, scan: Refused, here: Here): string {
  return eventText(at, scan.at, here.zone, here.locale, here.station);
}

/** How a ticket stands that was looked up `now`: good, or why not, with the time or gate that goes with it. */
export function ticketStateText(ticket: GateTicket, now: number, here: Omit<Here, "gate">): string {
  const { reason, firstAdmission, validFrom, validUntil, gates } = ticket;
  const { zone, station, locale } = here;
  const doors = (at: string): string => eventText(at, now, zone, locale, station);
  if (reason === null) {
    return m.gate_hand_good();
  }
  if (reason === "already_admitted" && firstAdmission !== null) {
    return m.gate_hand_admitted({ when: momentText(firstAdmission.at, now, station, locale), where: placeText(firstAdmission) });
  }
  if (reason === "not_yet_valid" && validFrom !== null) {
    return m.gate_reason_not_yet_valid({ when: doors(validFrom) });
  }
  if (reason === "no_longer_valid" && validUntil !== null) {
    return m.gate_reason_no_longer_valid({ when: doors(validUntil) });
  }
  return reason === "wrong_gate" && gates.length > 0 ? m.gate_reason_wrong_gate({ gates: gateNames(gates, locale) }) : shortText({ reason, otherKeyboard: false });
}

/** Why not, as a sentence. */
export function reasonText(scan: Refused, here: Here): string {
  switch (scan.reason) {
    case "not_a_ticket":
      return scan.otherKeyboard ? m.gate_reason_other_keyboard() : m.gate_reason_not_a_ticket();
    case "unknown_issuer":
      return m.gate_reason_unknown_issuer();
    case "bad_signature":
      return m.gate_reason_bad_signature();
    case "key_revoked":
      return m.gate_reason_key_revoked();
    case "other_event":
      return scan.event === undefined ? m.gate_reason_another_event() : m.gate_reason_other_event({ event: scan.event });
    case "cancelled":
      return m.gate_reason_cancelled();
    case "refunded":
      return m.gate_reason_refunded();
    case "replaced":
      return m.gate_reason_replaced();
    case "blocked":
      return m.gate_reason_blocked();
    case "not_yet_valid":
      return scan.validFrom === null ? m.gate_reason_too_early() : m.gate_reason_not_yet_valid({ when: doorsText(scan.validFrom, scan, here) });
    case "no_longer_valid":
      return scan.validUntil === null ? m.gate_reason_too_late() : m.gate_reason_no_longer_valid({ when: doorsText(scan.validUntil, scan, here) });
    case "wrong_gate":
      return scan.gates.length === 0 ? m.gate_reason_another_gate() : m.gate_reason_wrong_gate({ gates: gateNames(scan.gates, here.locale) });
    case "unpaid":
      return m.gate_reason_unpaid();
    case "already_admitted":
      return scan.first === null
        ? m.gate_reason_admitted_before()
        : m.gate_reason_already_admitted({ when: momentText(scan.first.at, scan.at, here.station, here.locale), ago: agoText(scan.first.at, scan.at, here.locale) });
    case null:
      return m.gate_reason_other();
  }
}

function justHere(scan: Refused, here: Here): boolean {
  return scan.first !== null && elapsed(scan.first.at, scan.at) <= sameMoment && (scan.first.gate ?? "") === here.gate;
}

function wrongGateAdvice(scan: Refused, here: Here): string {
  if (here.gate === "") {
    return m.gate_do_name_gate();
  }
  return scan.gates.length === 0 ? m.gate_do_another_gate() : m.gate_do_wrong_gate({ gates: gateNames(scan.gates, here.locale) });
}

/** What the steward does now. */
export function adviceText(scan: Refused, here: Here): string {
  switch (scan.reason) {
    case "not_a_ticket":
      return scan.otherKeyboard ? m.gate_do_other_keyboard() : m.gate_do_not_a_ticket();
    case "unknown_issuer":
      return m.gate_do_unknown_issuer();
    case "bad_signature":
      return m.gate_do_bad_signature();
    case "key_revoked":
      return m.gate_do_key_revoked();
    case "other_event":
      return m.gate_do_other_event();
    case "cancelled":
      return m.gate_do_cancelled();
    case "refunded":
      return m.gate_do_refunded();
    case "replaced":
      return m.gate_do_replaced();
    case "blocked":
      return m.gate_do_blocked();
    case "not_yet_valid":
      return m.gate_do_not_yet_valid();
    case "no_longer_valid":
      return m.gate_do_no_longer_valid();
    case "wrong_gate":
      return wrongGateAdvice(scan, here);
    case "unpaid":
      return m.gate_do_unpaid();
    case "already_admitted":
      return justHere(scan, here) ? m.gate_do_just_admitted() : m.gate_do_already_admitted();
    case null:
      return m.gate_do_other();
  }
}
