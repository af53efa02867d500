/** Which events are listed, and in which order. The moment is passed in; days are the venue's, never the machine's. */

import { eventKind } from "../../app/ownWords";
import type { EventSummary } from "../../backend/bindings";
import { containsWords, fold } from "../../format";

export type Span = "today" | "week" | "all";

export interface Wish {
  readonly text: string;
  /** Undefined for every kind. */
  readonly kind: string | undefined;
  readonly span: Span;
}

const days = new Map<string, Intl.DateTimeFormat>();
const dayMs = 86_400_000;

/** The calendar day at `zone` as a number that counts days. */
function dayAt(moment: number, zone: string): number {
  let format = days.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric" });
    days.set(zone, format);
  }
  // In parts, because engines differ in how they write a whole date.
  const parts = format.formatToParts(moment);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day")) / dayMs;
}

/** Days from now until the event, at the venue: 0 is today, -1 yesterday. */
export function daysAway(event: EventSummary, now: number): number {
  return dayAt(Date.parse(event.startsAt), event.venue.timeZone) - dayAt(now, event.venue.timeZone);
}

function within(event: EventSummary, span: Span, now: number): boolean {
  const away = daysAway(event, now);
  return span === "all" || (span === "today" ? away === 0 : away >= 0 && away < 7);
}

/** Every word of the folded text must stand somewhere in the event's name, kind or venue. */
function says(event: EventSummary, text: string): boolean {
  return containsWords(fold([event.name, event.kind, eventKind(event.kind), event.venue.name].join(" ")), text);
}

/** Those to come first, the next one on top; then those that are over, the last one on top. */
export function listed(events: readonly EventSummary[], wish: Wish, now: number): EventSummary[] {
  const text = fold(wish.text);
  const fitting = events.filter((event) => within(event, wish.span, now) && (wish.kind === undefined || event.kind === wish.kind) && says(event, text));
  const at = (event: EventSummary): number => Date.parse(event.startsAt);
  const isOver = (event: EventSummary): boolean => daysAway(event, now) < 0;
  const coming = fitting.filter((event) => !isOver(event)).sort((one, other) => at(one) - at(other));
  const over = fitting.filter(isOver).sort((one, other) => at(other) - at(one));
  return [...coming, ...over];
}

export function kindsOf(events: readonly EventSummary[]): string[] {
  return [...new Set(events.map((event) => event.kind))].filter((kind) => kind !== "").sort((one, other) => eventKind(one).localeCompare(eventKind(other)));
}

/** From 0 to 1: tickets sold of all places, seats and standing. */
export function soldShare(event: EventSummary): number {
  const places = event.seatsTotal + event.standingTotal;
  return places === 0 ? 0 : Math.min(1, event.sold / places);
}

/** A share as whole percents that says neither 0 nor 100 where that is not so. */
export function percent(share: number): number {
  return share > 0 && share < 1 ? Math.min(99, Math.max(1, Math.round(share * 100))) : Math.round(share * 100);
}
