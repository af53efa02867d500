/** Where tickets would be printed, known before anybody presses Print. Pure. */

import type { PrinterChoice, PrinterHold } from "../../backend/bindings";

export type PrintTarget =
  /** It can be sent there. */
  | { readonly kind: "ready"; readonly printer: string; readonly isDefault: boolean }
  /** It does not print now. */
  | { readonly kind: "held"; readonly printer: string; readonly isDefault: boolean; readonly hold: PrinterHold }
  /** The printer that was chosen for this till is not there. */
  | { readonly kind: "lost"; readonly printer: string }
  /** There are several, none is the system's own, and none was chosen. */
  | { readonly kind: "several" }
  /** `words` are the station's about why; empty where a computer simply has none. */
  | { readonly kind: "absent"; readonly words: string };

/** `wanted` is the printer chosen for this till; null leaves it to the system. */
export function targetOf(printers: readonly PrinterChoice[], wanted: string | null, trouble: string): PrintTarget {
  if (printers.length === 0) {
    return { kind: "absent", words: trouble };
  }
  const chosen = wanted === null ? (printers.find((one) => one.isDefault) ?? (printers.length === 1 ? printers[0] : undefined)) : printers.find((one) => one.name === wanted);
  if (chosen === undefined) {
    return wanted === null ? { kind: "several" } : { kind: "lost", printer: wanted };
  }
  const { name: printer, isDefault, hold } = chosen;
  return hold === null ? { kind: "ready", printer, isDefault } : { kind: "held", printer, isDefault, hold };
}
