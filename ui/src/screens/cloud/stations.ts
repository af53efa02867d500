/** The venue's stations: their order, and how this one stands among them, in words. */

import { offeredKinds } from "../../app/stationKinds";
import type { Approval, Register, StationKind, StationLine } from "../../backend/bindings";
import type { SignKind } from "../../components";
import { m } from "../../i18n/index.svelte";

/**
 * How this station stands at its venue. Only a `desk` decides about others; `firstDesk` may become the one that does;
 * `unheard` is a station of which the cloud has said nothing yet.
 */
export type Standing = "desk" | "firstDesk" | "waiting" | "noDesk" | "copied" | "shutOut" | "unheard";

export function standingOf({ copied, approval, founded, kind }: Register): Standing {
  // A copy is told so before anything else: what the register says is of the other copy, too.
  if (copied) {
    return "copied";
  }
  switch (approval) {
    case null:
      return "unheard";
    case "pending":
      return founded ? "waiting" : "firstDesk";
    case "revoked":
      return "shutOut";
    case "approved":
      return kind === "desk" ? "desk" : "noDesk";
  }
}

export interface OwnWords {
  readonly title: string;
  readonly text: string;
}

/** What a station that does not decide about others says of itself. */
export function ownWords(standing: Exclude<Standing, "desk">): OwnWords {
  switch (standing) {
    case "firstDesk":
      return { title: m.stations_first_title(), text: m.stations_first_text() };
    case "waiting":
      return { title: m.stations_waits_title(), text: m.stations_waits_text() };
    case "noDesk":
      return { title: m.stations_elsewhere_title(), text: m.stations_elsewhere_text() };
    case "copied":
      return { title: m.start_copied_title(), text: m.stations_copied_text() };
    case "shutOut":
      return { title: m.start_shut_out_title(), text: m.cloud_trouble_shut_out_do() };
    case "unheard":
      return { title: m.stations_unheard_title(), text: m.stations_unheard_text() };
  }
}

export function approvalChip(approval: Approval): { readonly kind: SignKind; readonly text: string } {
  switch (approval) {
    case "pending":
      return { kind: "ask", text: m.stations_pending() };
    case "approved":
      return { kind: "go", text: m.stations_approved() };
    case "revoked":
      return { kind: "stop", text: m.stations_revoked() };
  }
}

const ranks: readonly Approval[] = ["pending", "approved", "revoked"];
// Window 2 before Window 10.
const collator = new Intl.Collator(undefined, { numeric: true });

/** Those that wait on top, then those that are let in, then those that are shut out; each by name. */
export function inOrder(stations: readonly StationLine[]): StationLine[] {
  const rank = (station: StationLine): number => ranks.indexOf(station.approval);
  return [...stations].sort((one, other) => rank(one) - rank(other) || collator.compare(one.name, other.name));
}

/** What a station can be let in as: what new stations can be, and what it says itself. */
export function kindsFor(said: StationKind): readonly StationKind[] {
  const offered: readonly StationKind[] = offeredKinds;
  return offered.includes(said) ? offered : [...offered, said];
}
