/**
 * Who let in whom in this window. The station lets an admission be undone by whoever made it and by supervisors; a line of
 * the file does not say who that was, so the window keeps it for as long as it matters.
 */

import { session } from "../../app/session.svelte";
import type { ScanId, StaffId, Verdict } from "../../backend/bindings";

/** More than one gate lets in before the oldest stands for good. */
const remembered = 50;

const made = new Map<ScanId, StaffId>();

export function noteOwn({ scanId, verdict }: Pick<Verdict, "scanId" | "verdict">, staffId: StaffId | undefined): void {
  if (verdict === "admitted" && staffId !== undefined) {
    made.set(scanId, staffId);
    const [oldest] = made.keys();
    if (made.size > remembered && oldest !== undefined) {
      made.delete(oldest);
    }
  }
}

/** Whether whoever is signed in is known to be one who may undo this admission. */
export function mayUndo(scanId: ScanId): boolean {
  const { staff } = session;
  return session.may("supervisor") || (staff !== undefined && made.get(scanId) === staff.staffId);
}
