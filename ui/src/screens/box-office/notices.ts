/** The box office's notices in words. */

import { saidBy } from "../../app/said";
import { unprintableHint } from "../../app/unprintable";
import type { Toast } from "../../components";
import { m } from "../../i18n/index.svelte";
import type { TakenSeat } from "../../backend/bindings";
import type { Notice } from "./ports";
import { isOut } from "./printing.svelte";

function names(seats: readonly TakenSeat[], locale: string): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(seats.map((seat) => seat.label));
}

/** One seat has its reason; several are named together. */
function takenText(seats: readonly TakenSeat[], offline: boolean, locale: string): string {
  if (offline && seats.every((seat) => seat.state === "blocked")) {
    return m.box_taken_offline({ seats: names(seats, locale) });
  }
  const [first] = seats;
  if (seats.length > 1 || first === undefined) {
    return m.box_taken_several({ seats: names(seats, locale) });
  }
  switch (first.state) {
    case "held":
      return m.box_taken_held({ seat: first.label });
    case "blocked":
      return m.box_taken_blocked({ seat: first.label });
    default:
      return m.box_taken_sold({ seat: first.label });
  }
}

/** The toast for a notice. `locale` writes lists and numbers. */
export function toastOf(notice: Notice, locale: string): Toast {
  const undoable = (text: string, { undo: run, over }: { readonly undo: () => void; readonly over: () => boolean }): Toast => ({ kind: "info", text, action: { label: m.undo(), run }, over });
  switch (notice.kind) {
    case "taken":
      return { kind: "ask", text: takenText(notice.seats, notice.offline, locale), seconds: 10 };
    case "goneMeanwhile":
      return { kind: "ask", text: m.box_gone_meanwhile({ seats: names(notice.seats, locale) }), seconds: 10 };
    case "removed":
      return undoable(m.box_removed({ seat: notice.label }), notice);
    case "cleared":
      return undoable(m.box_cleared(), notice);
    case "leftBehind":
      return undoable(m.box_left_behind({ count: notice.tickets, event: notice.event }), notice);
    case "noneFree":
      if (notice.offline) {
        return { kind: "ask", text: m.box_own_none_together(), seconds: 10 };
      }
      return {
        kind: "ask",
        text: notice.category === undefined ? m.box_none_free({ count: notice.count }) : m.box_none_free_in({ count: notice.count, category: notice.category }),
        seconds: 8,
      };
    case "areaFull":
      return { kind: "ask", text: notice.left === 0 ? m.box_area_full({ area: notice.area }) : m.box_area_left({ area: notice.area, left: notice.left }), seconds: 8 };
    case "areaOffline":
      return { kind: "ask", text: m.box_area_offline({ area: notice.area }), seconds: 10 };
    case "limit":
      return { kind: "ask", text: m.box_limit({ most: notice.most }) };
    case "priceChanged":
      return { kind: "ask", text: m.box_price_changed(), seconds: 10 };
    case "unprintable":
      return { kind: "ask", text: unprintableHint(notice.letters) ?? "", seconds: 20 };
    case "notOurs":
      return { kind: "ask", text: m.box_not_ours({ places: new Intl.ListFormat(locale, { type: "conjunction" }).format(notice.places) }), seconds: 20, over: notice.over };
    case "soldAway":
      return { kind: "go", text: m.box_sold_away({ code: notice.code }), seconds: 30, over: () => isOut(notice.orderId) };
    case "unsettled":
      return { kind: "stop", text: m.box_unsettled(), over: notice.over };
    case "notSoldBefore":
      return { kind: "stop", text: m.box_not_sold_before(), over: notice.over };
    case "fault":
      return { kind: "stop", text: saidBy(notice.error) || m.box_fault(), ...(notice.over === undefined ? {} : { over: notice.over }) };
  }
}
