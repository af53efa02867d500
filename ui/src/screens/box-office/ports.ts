/** What the box office needs from outside: the station's commands, the clock, and somebody to tell. */

import type * as commands from "../../backend/commands";
import type { CartId, EventId, OrderId, TakenSeat } from "../../backend/bindings";
import { WicketError } from "../../backend";

export type Commands = Pick<
  typeof commands,
  "hall" | "seatStates" | "bestSeats" | "openCart" | "holdSeats" | "releaseSeat" | "releaseCart" | "claimPlaces" | "checkBuyer" | "sell" | "saleOf" | "finishSale" | "unprintable"
>;

/** What happened, for people; the words are chosen in `notices.ts`. */
export type Notice =
  /** `offline`: blocked ones are not this station's, and the cloud does not answer. */
  | { readonly kind: "taken"; readonly seats: readonly TakenSeat[]; readonly offline: boolean }
  | { readonly kind: "goneMeanwhile"; readonly seats: readonly TakenSeat[] }
  /** `over`: there is nothing to take back any more. */
  | { readonly kind: "removed"; readonly label: string; readonly undo: () => void; readonly over: () => boolean }
  | { readonly kind: "cleared"; readonly tickets: number; readonly undo: () => void; readonly over: () => boolean }
  /** Another event was chosen, and the cart of this one went back on sale. */
  | { readonly kind: "leftBehind"; readonly event: string; readonly tickets: number; readonly undo: () => void; readonly over: () => boolean }
  | { readonly kind: "noneFree"; readonly count: number; readonly category: string | undefined; readonly offline: boolean }
  | { readonly kind: "areaFull"; readonly area: string; readonly left: number }
  /** The station has no more places of its own there, and the cloud does not answer. */
  | { readonly kind: "areaOffline"; readonly area: string }
  | { readonly kind: "limit"; readonly most: number }
  | { readonly kind: "priceChanged" }
  /** The event's tickets cannot show these letters of its names. */
  | { readonly kind: "unprintable"; readonly letters: readonly string[] }
  /** The cloud does not answer, and these places are not this station's to sell. */
  | { readonly kind: "notOurs"; readonly places: readonly string[]; readonly over: () => boolean }
  /** The seller had left before the sale's answer came. */
  | { readonly kind: "soldAway"; readonly orderId: OrderId; readonly code: string }
  /** The seller left while it was not known whether a sale exists. `over`: it is known by now. */
  | { readonly kind: "unsettled"; readonly over: () => boolean }
  /** The page went away during a sale, and the station knows that it was not made. `over`: another one was. */
  | { readonly kind: "notSoldBefore"; readonly over: () => boolean }
  /** `over`: the same has worked since. */
  | { readonly kind: "fault"; readonly error: WicketError; readonly over?: () => boolean };

/** A sale that was asked for and not answered yet. */
export interface SaleInFlight {
  readonly cartId: CartId;
  readonly eventId: EventId;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Remembers a sale in flight where it outlives the page. */
export interface Slip {
  read(): SaleInFlight | undefined;
  write(sale: SaleInFlight | undefined): void;
}

export interface Ports {
  readonly commands: Commands;
  readonly tell: (notice: Notice) => void;
  readonly slip: Slip;
  /** Whether every place is this station's own, so that nothing has to be claimed before money is taken. */
  readonly ownsAll: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whatever was thrown, as the one error that the interface knows. */
export function asError(thrown: unknown): WicketError {
  return thrown instanceof WicketError ? thrown : new WicketError("unknown", thrown instanceof Error ? thrown.message : "", thrown);
}
