/** The tabs of the Cloud screen, and the one it opens with. */

import type { CloudStatus, Trouble } from "../../backend/bindings";

export type Tab = "queue" | "conflicts" | "events" | "pairing" | "stations";

/** What the tab of the stations explains, and mends where it can. */
const ofStations: readonly (Trouble | null)[] = ["pending", "copied", "shutOut"];

/** What is wrong is what somebody opens the screen for. */
export function firstTab(status: CloudStatus | undefined, supervisor: boolean): Tab {
  if (status === undefined) {
    return "queue";
  }
  if (supervisor && ofStations.includes(status.trouble)) {
    return "stations";
  }
  return status.deadLetters === 0 && status.conflicts > 0 ? "conflicts" : "queue";
}
