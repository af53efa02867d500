/** What a station is for, in words. */

import type { StationKind } from "../backend/bindings";
import { m } from "../i18n/index.svelte";

/** What a new station can be. A kiosk is not among them: it has no screens yet. */
export const offeredKinds = ["till", "gate", "desk"] as const satisfies readonly StationKind[];

export type OfferedKind = (typeof offeredKinds)[number];

export function stationKindText(kind: StationKind): string {
  switch (kind) {
    case "till":
      return m.station_kind_till();
    case "kiosk":
      return m.station_kind_kiosk();
    case "gate":
      return m.station_kind_gate();
    case "desk":
      return m.station_kind_desk();
  }
}
