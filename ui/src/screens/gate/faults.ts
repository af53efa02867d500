/** What kept a scan from being judged, in words. */

import { faultText as saidText, inOne } from "../../app/said";
import { m } from "../../i18n/index.svelte";

/** `message` is the backend's own sentence; it stands where this screen has no better one. */
export function faultText(code: string, message: string): string {
  switch (code) {
    case "not_signed_in":
      return m.gate_fault_signed_out();
    case "not_allowed":
      return m.gate_fault_not_allowed();
    case "storage":
      return m.gate_fault_storage();
    case "in_use":
      return m.gate_fault_in_use();
    default:
      return inOne(saidText(code, message)) || m.gate_fault_unknown();
  }
}
