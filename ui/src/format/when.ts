/**
 * Moments in words, by one rule. What concerns an event (its start, its doors) is told in the event's time zone, and the
 * zone is named where its clock is not the station's. What happened at this station (a sale, a scan) is told in the
 * station's zone. Both have the date when it is not today, and the year when it is not this one.
 * A moment is RFC 3339 text or milliseconds since 1970; the clock is read elsewhere.
 */

export type Moment = string | number | Date;

/** `time` 19:30 · `clock` 19:30 and zone · `day` Fri 24 Apr · `date` 24 April 2026 · `full` date, time and zone · `short` day and time */
export type WhenStyle = "time" | "clock" | "day" | "date" | "short" | "full";

const time: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };
const day: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };

const styles: Record<WhenStyle, Intl.DateTimeFormatOptions> = {
  time,
  clock: { ...time, timeZoneName: "short" },
  day,
  date: { day: "numeric", month: "long", year: "numeric" },
  short: { ...day, ...time },
  full: { weekday: "short", day: "numeric", month: "long", year: "numeric", ...time, timeZoneName: "short" },
};

/** Where and when somebody reads a moment. */
export interface Reader {
  /** IANA name of the zone in which it is told. */
  readonly zone: string;
  /** What writes numbers and times. */
  readonly locale: string;
  readonly now: Moment;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formatters.set(key, made);
  return made;
}

/** Text that is no moment comes back as it came, because a wrong date would be worse. */
function written(at: Moment, zone: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : formatter(locale, zone, options).format(date);
}

/** `zone` is an IANA name. */
export function formatWhen(at: Moment, zone: string, style: WhenStyle, locale: string): string {
  return written(at, zone, locale, styles[style]);
}

/** The zone's short name at that moment, as `locale` knows it: `CEST`, `GMT+2`. */
export function zoneName(at: Moment, zone: string, locale: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return zone;
  }
  const parts = formatter(locale, zone, styles.clock).formatToParts(date);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** The system's zone, which is the station's. A system that has none is in UTC. */
export function stationZone(): string {
  return usableZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** The zone, if times can be written in it; otherwise UTC. Where a system has no zone, engines name one that is none. */
export function usableZone(zone: string | undefined): string {
  try {
    return zone === undefined ? "UTC" : formatter("en", zone, time).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

const exact: Intl.DateTimeFormatOptions = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" };

/** The calendar's year, day and minute at a zone, in numbers. */
function onCalendar(at: Moment, zone: string): { readonly year: string; readonly day: string; readonly minute: string } {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return { year: "", day: "", minute: "" };
  }
  // In parts, because engines differ in how they write a whole date.
  const parts = formatter("en-u-ca-gregory-nu-latn", zone, exact).formatToParts(date);
  const [year, month, dayOf, hour, minute] = (["year", "month", "day", "hour", "minute"] as const).map((type) => parts.find((part) => part.type === type)?.value ?? "");
  return { year: year ?? "", day: [year, month, dayOf].join("-"), minute: [year, month, dayOf, hour, minute].join("-") };
}

/** Whether both zones' clocks show the same at that moment, whatever the zones are called. */
export function sameClock(at: Moment, one: string, other: string): boolean {
  return one === other || onCalendar(at, one).minute === onCalendar(at, other).minute;
}

export function isToday(at: Moment, { zone, now }: Pick<Reader, "zone" | "now">): boolean {
  return onCalendar(at, zone).day === onCalendar(now, zone).day;
}

function yearIfOther(at: Moment, { zone, now }: Reader): Intl.DateTimeFormatOptions {
  return onCalendar(at, zone).year === onCalendar(now, zone).year ? {} : { year: "numeric" };
}

const date: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

/** What happened at this station. `reader.zone` is the station's; `dated` has the date also when it is today's. */
export function formatHappened(at: Moment, reader: Reader, dated = false): string {
  const day = dated || !isToday(at, reader) ? { ...date, ...yearIfOther(at, reader) } : {};
  return written(at, reader.zone, reader.locale, { ...day, ...time });
}

/** The same where there is little room: the time of day, or the date alone. */
export function formatHappenedBriefly(at: Moment, reader: Reader): string {
  return written(at, reader.zone, reader.locale, isToday(at, reader) ? time : { ...date, ...yearIfOther(at, reader) });
}

/**
 * What concerns an event. `reader.zone` is the event's and `station` the station's. `short` has the day always, `day` has it
 * alone, `time` has it when it is not today.
 */
export function formatEventTime(at: Moment, style: "time" | "short" | "day", reader: Reader, station = stationZone()): string {
  const year = yearIfOther(at, reader);
  if (style === "day") {
    return written(at, reader.zone, reader.locale, { ...day, ...year });
  }
  const dated = style === "short" || !isToday(at, reader) ? { ...day, ...year } : {};
  const named: Intl.DateTimeFormatOptions = sameClock(at, reader.zone, station) ? {} : { timeZoneName: "short" };
  return written(at, reader.zone, reader.locale, { ...dated, ...time, ...named });
}
