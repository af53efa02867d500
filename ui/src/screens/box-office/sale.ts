/**
 * Asks for a sale once. Where the answer is lost it finds out whether the sale exists before anybody may sell again:
 * a paid sale must be neither lost nor made twice. The cart is what a sale is known by: the station sells it once.
 */

import type { WicketError } from "../../backend";
import type { CartId, Receipt, SaleOutcome, SaleRequest } from "../../backend/bindings";
import { asError, type Commands } from "./ports";

export type SaleResult =
  | SaleOutcome
  /** The station's answer was lost, and the sale was found. */
  | { readonly outcome: "found"; readonly receipt: Receipt }
  /** Nothing was sold, for certain. */
  | { readonly outcome: "notSold"; readonly error: WicketError }
  /** Nobody knows yet. */
  | { readonly outcome: "unknown"; readonly error: WicketError };

/** Codes by which the station says that it did not begin to sell. With any other the answer may have been lost on the way. */
const certainlyNotSold: readonly string[] = ["not_set_up", "not_signed_in", "not_allowed", "not_found", "ambiguous", "bad_input", "seat_taken", "too_little_cash", "event_over"];

export async function sellOnce(commands: Commands, cartId: CartId, request: SaleRequest): Promise<SaleResult> {
  try {
    return await commands.sell(request);
  } catch (thrown) {
    const error = asError(thrown);
    return certainlyNotSold.includes(error.code) ? { outcome: "notSold", error } : findSale(commands, cartId, error);
  }
}

/** Asks what became of a cart whose sale was not answered. `error` is what went wrong then. */
export async function findSale(commands: Commands, cartId: CartId, error: WicketError): Promise<SaleResult> {
  try {
    const receipt = await commands.saleOf(cartId);
    return receipt === null ? { outcome: "notSold", error } : { outcome: "found", receipt };
  } catch {
    return { outcome: "unknown", error };
  }
}
