/** A verdict as the gate shows it: sign, one word, who and where, and for a refusal why and what to do. */

import type { AdmissionView, ScanLine, ScannedTicket, Verdict } from "../../backend/bindings";
import { stationZone } from "../../format";
import { m } from "../../i18n/index.svelte";
import { adviceText, placeText, reasonText, shortText, type Here, type Refused } from "./refusals";

/** A scan as the gate keeps it. Lines that come from the file do not say where a ticket would be valid. */
export interface Scan extends ScanLine {
  readonly gates: readonly string[];
  /** The cloud was not asked or did not answer in time, so this station's own copy decided. */
  readonly offline: boolean;
  /** One of our tickets, but written through another keyboard layout than the scanner is set to. */
  readonly otherKeyboard: boolean;
}

export interface Presentation {
  readonly sign: "go" | "stop" | "info";
  readonly word: string;
  /** Null where the ticket is not known here or was sold to nobody in particular. */
  readonly holder: string | null;
  readonly seat: string | null;
  readonly category: string | null;
  readonly code: string | null;
  /** Decided from this station's own copy, because the cloud did not answer. */
  readonly offline: boolean;
  /** Let in all the same, though the hour was wrong. */
  readonly allTheSame: boolean;
  /** Absent for an admission. */
  readonly refusal: { readonly reason: string; readonly place: string | null; readonly advice: string } | undefined;
}

export function scanOf(verdict: Verdict, gate: string): Scan {
  return { ...verdict, gate: gate === "" ? null : gate, undoneAt: null, annuls: null };
}

/** A line of the file, with what a verdict that was heard here knew besides. */
export function scanOfLine(line: ScanLine, heard: Scan | undefined): Scan {
  const { gates = [], offline = false, otherKeyboard = false } = heard ?? {};
  return { gates, offline, otherKeyboard, ...line };
}

function refusedOf(scan: Scan): Refused {
  const { reason, at, validFrom, validUntil, gates, otherKeyboard } = scan;
  return { reason, at, validFrom, validUntil, gates, otherKeyboard, event: scan.ticket?.event, first: scan.firstAdmission };
}

/** Areas and zones are often called like their category: once is enough. */
function categoryBeside(ticket: ScannedTicket | null): string | null {
  const category = ticket?.category ?? null;
  const said = category !== null && `${ticket?.label ?? ""} `.startsWith(`${category} `);
  return said ? null : category;
}

function firstPlace(scan: Scan): AdmissionView | null {
  return scan.reason === "already_admitted" ? scan.firstAdmission : null;
}

/** Whether the hour alone is wrong, so that a supervisor may let the holder in all the same. */
export function isOutOfHours(scan: Pick<Scan, "reason">): boolean {
  return scan.reason === "not_yet_valid" || scan.reason === "no_longer_valid";
}

/** What the sign of a scan is in a list; an admission that was undone lets nobody in. */
export function signOf(scan: Scan): "go" | "stop" | "info" {
  return scan.verdict === "annulled" || scan.undoneAt !== null ? "info" : scan.verdict === "admitted" ? "go" : "stop";
}

export function present(scan: Scan, here: Omit<Here, "zone" | "station">, eventZone: string, station = stationZone()): Presentation {
  const refused = scan.verdict === "refused";
  const sign = signOf(scan);
  const at: Here = { ...here, zone: scan.ticket?.timeZone ?? eventZone, station };
  const first = firstPlace(scan);
  return {
    sign,
    word: { go: m.gate_word_admitted, stop: m.gate_word_refused, info: m.gate_word_undone }[sign](),
    holder: scan.ticket?.holder ?? null,
    seat: scan.ticket?.label ?? null,
    category: categoryBeside(scan.ticket),
    code: scan.ticket?.code ?? null,
    offline: scan.offline,
    allTheSame: scan.outOfHours !== null,
    refusal: refused
      ? { reason: reasonText(refusedOf(scan), at), place: first && placeText(first), advice: adviceText(refusedOf(scan), at) }
      : undefined,
  };
}

/** The same in one breath, for a screen reader. */
export function spoken(shown: Presentation): string {
  const { word, holder, seat, category, refusal, offline, allTheSame } = shown;
  const marks = [allTheSame ? m.gate_let_in_mark() : null, offline ? m.gate_offline() : null];
  const parts = refusal === undefined ? [word, holder, seat, category, ...marks] : [word, refusal.reason, refusal.place, refusal.advice, seat, holder, ...marks];
  return parts.flatMap((part) => (part === null ? [] : [part.replace(/[.!?]$/, "")])).join(". ").concat(".");
}

/** A scan as a line of the list: what stands out, and what goes with it. */
export function lineText(scan: Scan): { readonly first: string; readonly second: string } {
  const { ticket } = scan;
  const known = ticket?.label ?? ticket?.category ?? null;
  if (scan.verdict === "annulled" || scan.undoneAt !== null) {
    return { first: known ?? m.gate_word_undone(), second: [known === null ? null : m.gate_word_undone(), ticket?.holder].filter(Boolean).join(" · ") };
  }
  if (scan.verdict === "admitted") {
    return { first: known ?? m.gate_word_admitted(), second: [ticket?.holder, categoryBeside(ticket)].filter(Boolean).join(" · ") };
  }
  const short = shortText(scan);
  return { first: short, second: [known, ticket?.holder].filter(Boolean).join(" · ") };
}
