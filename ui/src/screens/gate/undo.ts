/** Taking an admission back: how long it can be, and what came of it. */

import { saidBy } from "../../app/said";
import type { ScanId, UndoOutcome } from "../../backend/bindings";
import type { Toast } from "../../components";
import { m } from "../../i18n/index.svelte";

/** Whole seconds from `now` until an admission stands for good; 0 where it does already. */
export function secondsLeft(until: string | null, now: number): number {
  const left = until === null ? 0 : Math.ceil((new Date(until).getTime() - now) / 1000);
  return Number.isFinite(left) ? Math.max(left, 0) : 0;
}

/** Undoes the admission of a scan, and says what came of it. `ticket` is what the ticket is known by. */
export async function undo(run: (scanId: ScanId) => Promise<UndoOutcome>, scanId: ScanId, ticket: string): Promise<Toast> {
  try {
    const { outcome } = await run(scanId);
    return outcome === "undone" ? { kind: "info", text: m.gate_undone({ ticket }) } : { kind: "ask", text: m.gate_undo_late({ ticket }) };
  } catch (thrown) {
    const said = saidBy(thrown);
    return { kind: "ask", text: said === "" ? m.gate_undo_failed() : said };
  }
}
