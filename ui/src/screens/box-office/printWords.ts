/** Printers in words: what they are asked to do, and what keeps them from it. */

import { faultText, type Said } from "../../app/said";
import type { PrinterHold, PrinterHoldCause } from "../../backend/bindings";
import { m } from "../../i18n/index.svelte";
import type { PrintState } from "./printing.svelte";
import type { PrintTarget } from "./target";

const causes: Record<PrinterHoldCause, (about: { printer: string }) => string> = {
  paused: m.print_hold_paused,
  rejecting: m.print_hold_rejecting,
  noPaper: m.print_hold_paper,
  open: m.print_hold_open,
  jammed: m.print_hold_jam,
  noInk: m.print_hold_ink,
  offline: m.print_hold_offline,
  other: m.print_hold_other,
};

function said(text: string, words: string): Said {
  return words === "" ? { text } : { text, detail: words };
}

/** What holds a printer and what to do about it. */
export function holdText(printer: string, hold: PrinterHold): Said {
  return said(causes[hold.cause]({ printer }), hold.words);
}

/** What holds a printer before a job is sent. Its last job's alert may be out of date: only the next job shows. */
export function standingText(printer: string, hold: PrinterHold): Said {
  const { text, detail } = holdText(printer, hold);
  return said(hold.stopped ? text : m.print_hold_last({ text }), detail ?? "");
}

/** Said before anybody presses Print. */
export function targetText(target: PrintTarget | undefined): Said {
  switch (target?.kind) {
    case undefined:
      return { text: m.pay_not_printed_text() };
    case "ready":
      return { text: m.pay_printer({ printer: target.printer }) };
    case "held":
      return standingText(target.printer, target.hold);
    case "lost":
      return { text: m.pay_printer_lost({ printer: target.printer }) };
    case "several":
      return { text: m.pay_printer_several() };
    case "absent":
      return said(m.pay_no_printer(), target.words);
  }
}

/** Why tickets did not come out; absent for what went well or is under way. */
export function failureText(state: PrintState): Said | undefined {
  switch (state.kind) {
    case "held": {
      const { text, detail } = holdText(state.printer, state.hold);
      return said(m.print_hold_then({ text, next: state.waiting ? m.print_hold_waiting() : m.print_hold_again() }), detail ?? "");
    }
    case "notDone":
      return faultText(state.code, state.message);
    default:
      return undefined;
  }
}
