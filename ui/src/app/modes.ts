import Receipt from "@lucide/svelte/icons/receipt-text";
import ScanLine from "@lucide/svelte/icons/scan-line";
import Ticket from "@lucide/svelte/icons/ticket";
import type { Role } from "../backend/bindings";
import type { Mode } from "../components";
import { m } from "../i18n/index.svelte";
import type { Screen } from "./navigation.svelte";

interface ScreenMode extends Mode {
  readonly id: Extract<Screen, "boxOffice" | "gate" | "orders">;
  /** The least role that may work there. */
  readonly needs: Role;
}

/** The modes of the bar; each id is the screen it opens. */
export const modes: readonly ScreenMode[] = [
  { id: "boxOffice", label: m.mode_box_office, icon: Ticket, key: "F2", needs: "seller" },
  { id: "gate", label: m.mode_gate, icon: ScanLine, key: "F3", needs: "steward" },
  { id: "orders", label: m.mode_orders, icon: Receipt, key: "F4", needs: "steward" },
];
