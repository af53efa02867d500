/**
 * Asks for a sale once. Where the answer is lost it finds out whether the sale exists before anybody may sell again:
 * a paid sale must be neither lost nor made twice.
 */

import type { WicketError } from "../../backend";
import type { OrderLine, OrderView, Receipt, SaleOutcome, SaleRequest } from "../../backend/bindings";
import { asError, type Commands } from "./ports";

export type SaleResult =
  | SaleOutcome
  /** The station's answer was lost, and the sale was found. */
  | { readonly outcome: "found"; readonly receipt: Receipt }
  /** Nothing was sold, for certain. */
  | { readonly outcome: "notSold"; readonly error: WicketError }
  /** Nobody knows yet. */
  | { readonly outcome: "unknown"; readonly error: WicketError };

/** What tells this sale from any other while its answer is missing. */
export interface Attempt {
  readonly request: SaleRequest;
  /** Minor units. */
  readonly total: number;
  /** Milliseconds since 1970, this computer's clock, which is the station's. */
  readonly at: number;
  /** Orders this window has sold already. */
  readonly before: ReadonlySet<string>;
}

/** Codes by which the station says that it did not begin to sell. With any other the answer may have been lost on the way. */
const certainlyNotSold: readonly string[] = ["not_set_up", "not_signed_in", "not_allowed", "not_found", "ambiguous", "bad_input", "seat_taken", "too_little_cash"];

/** How many of the newest orders are looked at; another window may have sold in between. */
const lookAt = 40;

export async function sellOnce(commands: Commands, attempt: Attempt): Promise<SaleResult> {
  try {
    return await commands.sell(attempt.request);
  } catch (thrown) {
    const error = asError(thrown);
    return certainlyNotSold.includes(error.code) ? { outcome: "notSold", error } : findSale(commands, attempt, error);
  }
}

/** Looks for the sale of an attempt whose answer was lost. `error` is what went wrong then. */
export async function findSale(commands: Commands, attempt: Attempt, error: WicketError): Promise<SaleResult> {
  try {
    const newest = (await commands.findOrders("")).slice(0, lookAt);
    for (const line of newest) {
      if (!attempt.before.has(line.orderId) && line.total.minor === attempt.total && !isTooOld(line, attempt)) {
        const order = await commands.order(line.orderId);
        if (isSaleOf(order, attempt.request)) {
          return { outcome: "found", receipt: receiptOf(order) };
        }
      }
    }
    return { outcome: "notSold", error };
  } catch {
    return { outcome: "unknown", error };
  }
}

/** A numbered seat is sold once, so its order is known by it; standing places need the time too. */
function isTooOld(line: OrderLine, attempt: Attempt): boolean {
  return attempt.request.seats.length === 0 && Date.parse(line.soldAt) < attempt.at;
}

/** The places of a request as their tickets name them, sorted. */
function placesOf(request: SaleRequest): string[] {
  const standing = request.standing.flatMap(({ areaId, count }) => Array.from({ length: count }, () => `ga#${areaId}`));
  return [...request.seats, ...standing].sort();
}

/** Whether an order is what was asked for: event, places, cash and name. */
export function isSaleOf(order: OrderView, request: SaleRequest): boolean {
  const places = order.tickets.map((ticket) => ticket.seatId).sort();
  const wanted = placesOf(request);
  return (
    order.event.eventId === request.eventId &&
    order.received.minor === request.cash.minor &&
    order.line.holder === request.holder &&
    places.length === wanted.length &&
    places.every((place, index) => place === wanted[index])
  );
}

function receiptOf(order: OrderView): Receipt {
  const { orderId, code, total } = order.line;
  return { orderId, code, total, received: order.received, change: order.change, tickets: order.tickets };
}
