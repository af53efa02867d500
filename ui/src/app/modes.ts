import Receipt from "@lucide/svelte/icons/receipt-text";
import ScanLine from "@lucide/svelte/icons/scan-line";
import Ticket from "@lucide/svelte/icons/ticket";
import type { Mode } from "../components";
import { m } from "../i18n/index.svelte";

/** The modes of the bar; each id is the screen it opens. */
export const modes = [
  { id: "boxOffice", label: m.mode_box_office, icon: Ticket, key: "F2" },
  { id: "gate", label: m.mode_gate, icon: ScanLine, key: "F3" },
  { id: "orders", label: m.mode_orders, icon: Receipt, key: "F4" },
] as const satisfies readonly Mode[];
