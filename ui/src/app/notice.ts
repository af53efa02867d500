/** What a notice says, by its code; a code that is not known here is told in the station's own words. */

import type { Notice } from "../backend/bindings";
import { formatWhen } from "../format";
import { m } from "../i18n/index.svelte";

export interface NoticeWords {
  readonly title: string;
  readonly text?: string;
  /** What must not be overlooked. */
  readonly keep?: string;
  /** A heading for the station's own words or a path. */
  readonly label?: string;
}

const clocks = { clock_behind: m.start_clock_behind, clock_ahead: m.start_clock_ahead, clock_before_program: m.start_clock_before_program };

const isClock = (code: string): code is keyof typeof clocks => code in clocks;

/** `zone` is the station's. */
export function noticeWords(notice: Notice, zone: string, locale: string): NoticeWords {
  if (isClock(notice.code)) {
    const say = (at: string): string => formatWhen(at, zone, "full", locale);
    const text = clocks[notice.code]({ now: say(notice.at), other: say(notice.detail) });
    return { title: m.start_clock_title(), text, keep: m.start_clock_keep() };
  }
  switch (notice.code) {
    case "damaged_file_set_aside":
      return { title: m.start_aside_title(), text: m.start_aside_text(), keep: m.start_aside_keep(), label: m.start_aside_where() };
    case "fenced":
      return { title: m.start_fenced_title(), text: m.start_fenced_text() };
    case "copied":
      return { title: m.start_copied_title(), text: m.start_copied_text(), keep: m.start_copied_keep() };
    case "shut_out":
      return { title: m.start_shut_out_title(), text: m.start_shut_out_text(), keep: m.start_shut_out_keep() };
    default:
      return { title: m.start_notice_title(), label: m.start_station_says() };
  }
}
