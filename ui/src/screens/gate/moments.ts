/** A moment as a steward says it: the time, the day and the year only when they are others, and how long ago. */

import { formatEventTime, formatHappened, type Moment } from "../../format";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A number stays with what it counts, however large it is written. */
function kept(text: string): string {
  return text.replace(/(?<=\d) /g, "\u00a0");
}

/** When something happened at a gate. `zone` is the station's; `now` decides whether the day and the year have to be said. */
export function momentText(at: Moment, now: Moment, zone: string, locale: string): string {
  return kept(formatHappened(at, { zone, locale, now }));
}

/** The same of what concerns an event: `zone` is the event's, and it is named where the clock at `station` is another. */
export function eventText(at: Moment, now: Moment, zone: string, locale: string, station: string): string {
  return kept(formatEventTime(at, "time", { zone, locale, now }, station));
}

/** Milliseconds from `at` to `now`; 0 where a clock was set back in between, or where one is no moment. */
export function elapsed(at: Moment, now: Moment): number {
  const gone = new Date(now).getTime() - new Date(at).getTime();
  return Number.isFinite(gone) ? Math.max(gone, 0) : 0;
}

/** How long ago, in the largest unit that is full: "8 seconds ago", "25 minutes ago". */
export function agoText(at: Moment, now: Moment, locale: string): string {
  const gone = elapsed(at, now);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  const units = [
    ["day", day],
    ["hour", hour],
    ["minute", minute],
  ] as const;
  for (const [unit, length] of units) {
    if (gone >= length) {
      return kept(words.format(-Math.floor(gone / length), unit));
    }
  }
  return kept(words.format(-Math.max(Math.round(gone / second), 1), "second"));
}
