/**
 * Moments as the venue writes them: always in the event's own time zone, never in the machine's.
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

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, zone: string, style: WhenStyle): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${style}`;
  const known = formatters.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = new Intl.DateTimeFormat(locale, { ...styles[style], timeZone: zone });
  formatters.set(key, made);
  return made;
}

/** `zone` is an IANA name. Text that is no moment comes back as it came, because a wrong date would be worse. */
export function formatWhen(at: Moment, zone: string, style: WhenStyle, locale: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : formatter(locale, zone, style).format(date);
}

/** The zone's short name at that moment, as `locale` knows it: `CEST`, `GMT+2`. */
export function zoneName(at: Moment, zone: string, locale: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return zone;
  }
  const parts = formatter(locale, zone, "clock").formatToParts(date);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}
