/** Verdicts, lines and a hand-cranked clock for this folder's tests. */

import type { Refusal, ScanLine, ScannedTicket, Verdict } from "../../backend/bindings";

export const ticketB14: ScannedTicket = {
  ticketId: "01980000-0000-7000-8000-00000000000a",
  event: "Summer Music Festival",
  timeZone: "America/Los_Angeles",
  code: "F7KQ2MX",
  holder: "Ada Okafor",
  label: "Stalls B-14",
  category: "Category 1",
};

export function admitted(scanId = "s1", at = "2026-08-22T21:00:00Z"): Verdict {
  return {
    offline: false,
    otherKeyboard: false,
    scanId,
    at,
    verdict: "admitted",
    reason: null,
    ticket: ticketB14,
    firstAdmission: { at, gate: "North gate", station: "Window 1" },
    validFrom: null,
    validUntil: null,
    gates: [],
    byHand: false,
    outOfHours: null,
    undoUntil: new Date(Date.parse(at) + 30_000).toISOString(),
  };
}

export function refused(reason: Refusal | null, more: Partial<Verdict> = {}): Verdict {
  return { ...admitted("r1"), verdict: "refused", reason, firstAdmission: null, undoUntil: null, ...more };
}

export function lineOf({ scanId, at, verdict, reason, ticket, firstAdmission, validFrom, validUntil, byHand, outOfHours, undoUntil }: Verdict): ScanLine {
  return { scanId, at, gate: "North gate", verdict, reason, ticket, firstAdmission, validFrom, validUntil, byHand, outOfHours, undoUntil, undoneAt: null, annuls: null };
}

/** Time that moves only when a test says so. */
export function crank(): { now: () => number; later: (milliseconds: number, run: () => void) => () => void; move: (milliseconds: number) => void } {
  let now = 0;
  let due: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    later(milliseconds, run) {
      const entry = { at: now + milliseconds, run };
      due.push(entry);
      return () => {
        due = due.filter((one) => one !== entry);
      };
    },
    move(milliseconds) {
      now += milliseconds;
      const ready = due.filter((one) => one.at <= now);
      due = due.filter((one) => one.at > now);
      ready.forEach((one) => {
        one.run();
      });
    },
  };
}

/** An answer that a test gives when it wants to. */
export function answer<T>(): { promise: Promise<T>; give: (value: T) => void; refuse: (reason: unknown) => void } {
  let give: (value: T) => void = () => undefined;
  let refuse: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  return { promise, give, refuse };
}
