/** How the cloud stands, in words: one line for the bar, and for the Cloud screen what it means and what to do. */

import type { CloudStatus, Trouble } from "../backend/bindings";
import type { SignKind } from "../components";
import { formatHappened, type Reader } from "../format";
import { m } from "../i18n/index.svelte";

/** Milliseconds by which the clock may be off before it is said; the contract's two minutes. */
export const clockTolerance = 120_000;
/** Seconds that a message may wait before it is worth a word: at a busy window one is always on its way. */
export const briefWait = 10;
/** Seconds after which a waiting message is more than news. */
const longWait = 300;

/** Who reads it; the zone is the station's. */
export type Place = Reader;

export interface Said {
  readonly kind: SignKind;
  readonly text: string;
}

/** 40 seconds, 12 minutes, 3 hours: the largest unit that is full. */
export function ageText(seconds: number, locale: string): string {
  const [count, unit] = seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }).format(Math.floor(count));
}

export function clockIsOff(status: CloudStatus): boolean {
  return Math.abs(status.clockOffsetMs ?? 0) > clockTolerance;
}

export function clockText(status: CloudStatus, locale: string): string {
  const offset = status.clockOffsetMs ?? 0;
  if (Math.abs(offset) <= clockTolerance) {
    return m.cloud_clock_wrong();
  }
  const age = ageText(Math.abs(offset) / 1000, locale);
  return offset > 0 ? m.cloud_clock_fast({ age }) : m.cloud_clock_slow({ age });
}

const joined = (...parts: (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(" · ");

function waitingText(status: CloudStatus): string | undefined {
  return status.waiting === 0 ? undefined : m.cloud_waiting({ count: status.waiting });
}

function stuckText(status: CloudStatus): string | undefined {
  return status.deadLetters === 0 ? undefined : m.cloud_stuck({ count: status.deadLetters });
}

export function offlineText(status: CloudStatus, place: Place): string {
  if (unasked(status)) {
    return m.cloud_asking();
  }
  return status.since === null ? m.cloud_offline() : m.cloud_offline_since({ time: formatHappened(status.since, place) });
}

/** Nothing was heard since the program started: whether it is online, nobody knows. */
function unasked(status: CloudStatus): boolean {
  return !status.online && status.since === null && status.trouble === null;
}

/** What a desk or the register of stations decided about this one. It is true whether or not the cloud answers. */
function decided(trouble: Trouble | null): Said | undefined {
  switch (trouble) {
    case "fenced":
      return { kind: "stop", text: m.cloud_fenced() };
    case "shutOut":
      return { kind: "stop", text: m.cloud_shut_out() };
    case "copied":
      return { kind: "stop", text: m.cloud_copied() };
    case "pending":
      return { kind: "ask", text: m.cloud_pending() };
    default:
      return undefined;
  }
}

/** What keeps this station from selling or sending, whatever else is true. */
function barred(status: CloudStatus, place: Place): Said | undefined {
  const decision = decided(status.trouble);
  if (decision !== undefined) {
    return decision;
  }
  if (status.trouble === "clock" || (!status.online && clockIsOff(status))) {
    return { kind: "ask", text: joined(clockText(status, place.locale), waitingText(status)) };
  }
  return status.trouble === "refused" ? { kind: "ask", text: joined(m.cloud_sign_in_needed(), waitingText(status)) } : undefined;
}

function catchingUp(status: CloudStatus): string | undefined {
  const [event, other] = status.catchingUp;
  if (event === undefined) {
    return undefined;
  }
  return other === undefined ? m.cloud_catching_up({ event }) : m.cloud_catching_up_several({ count: status.catchingUp.length });
}

/** The bar's one line: the worst thing first. Absent before the first answer, and for a station that stands alone unless its data was copied. */
export function chipOf(status: CloudStatus | undefined, silent: boolean, place: Place): Said | undefined {
  if (silent) {
    return status?.mode === "standalone" ? undefined : { kind: "stop", text: m.cloud_silent() };
  }
  if (status === undefined || (status.mode === "standalone" && status.trouble !== "copied")) {
    return undefined;
  }
  const bar = barred(status, place);
  if (bar !== undefined) {
    return bar;
  }
  if (!status.online) {
    const kind = unasked(status) ? "info" : "ask";
    return { kind, text: joined(offlineText(status, place), waitingText(status), stuckText(status)) };
  }
  const stuck = stuckText(status);
  if (stuck !== undefined) {
    return { kind: "stop", text: stuck };
  }
  const held = heldUp(status);
  if (held !== undefined) {
    return { kind: "ask", text: joined(held.title, waitingText(status)) };
  }
  if (status.conflicts > 0) {
    return { kind: "ask", text: m.cloud_conflicts({ count: status.conflicts }) };
  }
  if (clockIsOff(status)) {
    return { kind: "ask", text: clockText(status, place.locale) };
  }
  return quiet(status, place);
}

/** Selling goes on, and one of the other two does not: what is sent, or what is heard of others. */
function heldUp(status: CloudStatus): { readonly title: string; readonly means: string; readonly trouble: Trouble } | undefined {
  if (status.delivering !== null) {
    return { title: m.cloud_not_sending(), means: m.cloud_not_sending_means(), trouble: status.delivering };
  }
  if (status.following !== null) {
    return { title: m.cloud_not_hearing(), means: m.cloud_not_hearing_means(), trouble: status.following };
  }
  return undefined;
}

function quiet(status: CloudStatus, { locale }: Place): Said {
  const behind = catchingUp(status);
  const oldest = status.oldestSeconds ?? 0;
  if (status.waiting > 0 && oldest >= longWait) {
    return { kind: "ask", text: joined(waitingText(status), m.cloud_oldest({ age: ageText(oldest, locale) })) };
  }
  if (behind !== undefined) {
    return { kind: "info", text: behind };
  }
  if (status.waiting > 0 && oldest >= briefWait) {
    return { kind: "info", text: joined(waitingText(status), m.cloud_oldest({ age: ageText(oldest, locale) })) };
  }
  return { kind: "go", text: m.cloud_online() };
}

/** What happened, and what to do about it. */
export function troubleText(trouble: Trouble): { readonly what: string; readonly then: string } {
  switch (trouble) {
    case "unreachable":
      return { what: m.cloud_trouble_unreachable(), then: m.cloud_trouble_unreachable_do() };
    case "slow":
      return { what: m.cloud_trouble_slow(), then: m.cloud_trouble_slow_do() };
    case "throttled":
      return { what: m.cloud_trouble_throttled(), then: m.cloud_trouble_throttled_do() };
    case "broken":
      return { what: m.cloud_trouble_broken(), then: m.cloud_trouble_broken_do() };
    case "refused":
      return { what: m.cloud_trouble_refused(), then: m.cloud_trouble_refused_do() };
    case "clock":
      return { what: m.cloud_trouble_clock(), then: m.cloud_trouble_clock_do() };
    case "notThere":
      return { what: m.cloud_trouble_not_there(), then: m.cloud_trouble_not_there_do() };
    case "unreadable":
      return { what: m.cloud_trouble_unreadable(), then: m.cloud_trouble_unreadable_do() };
    case "rejected":
      return { what: m.cloud_trouble_rejected(), then: m.cloud_trouble_rejected_do() };
    case "fenced":
      return { what: m.cloud_trouble_fenced(), then: m.cloud_trouble_fenced_do() };
    case "pending":
      return { what: m.cloud_trouble_pending(), then: m.cloud_trouble_pending_do() };
    case "shutOut":
      return { what: m.cloud_trouble_shut_out(), then: m.cloud_trouble_shut_out_do() };
    case "copied":
      return { what: m.cloud_trouble_copied(), then: m.cloud_trouble_copied_do() };
  }
}

export interface Standing {
  readonly kind: SignKind;
  readonly title: string;
  /** What it means for the queue. */
  readonly means: string;
  /** The next step, where there is one. */
  readonly then: string | undefined;
}

/** What {@link chipOf} says, at length. */
export function standing(status: CloudStatus | undefined, silent: boolean, place: Place): Standing {
  if (silent || status === undefined) {
    return { kind: "stop", title: m.cloud_silent(), means: m.cloud_silent_means(), then: m.cloud_silent_do() };
  }
  const { trouble } = status;
  const told = trouble === null ? undefined : troubleText(trouble);
  const decision = decided(trouble);
  if (decision !== undefined && told !== undefined) {
    return { kind: decision.kind, title: decision.text, means: told.what, then: told.then };
  }
  const bar = barred(status, place);
  if (!status.online) {
    const title = bar === undefined ? offlineText(status, place) : trouble === "refused" ? m.cloud_sign_in_needed() : clockText(status, place.locale);
    const kind = unasked(status) ? "info" : "ask";
    return { kind, title, means: [told?.what, m.cloud_offline_means()].filter(Boolean).join(" "), then: told?.then };
  }
  // Something is barred for this account while the rest goes on.
  if (trouble === "refused" && told !== undefined) {
    return { kind: "ask", title: m.cloud_sign_in_needed(), means: told.what, then: told.then };
  }
  const stuck = stuckText(status);
  if (stuck !== undefined) {
    return { kind: "stop", title: stuck, means: stuckMeans(status, place), then: told?.then };
  }
  const held = heldUp(status);
  if (held !== undefined) {
    const { what, then } = troubleText(held.trouble);
    return { kind: "ask", title: held.title, means: `${held.means} ${what}`, then };
  }
  if (status.conflicts > 0) {
    return { kind: "ask", title: m.cloud_conflicts({ count: status.conflicts }), means: m.cloud_conflicts_means(), then: told?.then };
  }
  if (clockIsOff(status)) {
    return { kind: "ask", title: clockText(status, place.locale), means: m.cloud_clock_means(), then: m.cloud_trouble_clock_do() };
  }
  const behind = catchingUp(status);
  if (behind !== undefined) {
    return { kind: "info", title: behind, means: m.cloud_catching_up_means(), then: undefined };
  }
  return { kind: "go", title: m.cloud_online(), means: onlineText(status, place), then: told?.then };
}

function stuckMeans(status: CloudStatus, place: Place): string {
  return [status.waiting === 0 ? m.cloud_rest_delivered() : goingOut(status, place), m.cloud_stuck_stays()].join(" ");
}

function onlineText(status: CloudStatus, place: Place): string {
  return status.waiting === 0 ? m.cloud_all_delivered() : goingOut(status, place);
}

function goingOut(status: CloudStatus, { locale }: Place): string {
  const oldest = m.cloud_oldest({ age: ageText(status.oldestSeconds ?? 0, locale) });
  return m.cloud_going_out({ waiting: m.cloud_waiting({ count: status.waiting }), oldest });
}
