/** The cart as a value: what is in it and what it costs. Every function gives a new cart; nothing here does IO. */

import type { CartId, Contact, SaleRequest } from "../../backend/bindings";
import { seatFacts, type Offer } from "./offer";

/** One order has at most so many tickets, as the station's `TICKETS_MAX` says. */
export const ticketsMax = 100;

export interface CartSeat {
  /** Seat index in the hall. */
  readonly seat: number;
  /** Came from "best together" and is replaced by the next suggestion; false once somebody chose it by hand. */
  readonly suggested: boolean;
}

export interface Cart {
  /** In the order they were chosen. */
  readonly seats: readonly CartSeat[];
  /** Places by standing area; an area without places is not in it. */
  readonly standing: ReadonlyMap<string, number>;
  /** The name for the tickets, as typed. */
  readonly holder: string;
  /** An e-mail address or a telephone number, as typed. */
  readonly contact: string;
  /** A fan-club number, as typed. */
  readonly fanClubId: string;
}

export const emptyCart: Cart = { seats: [], standing: new Map(), holder: "", contact: "", fanClubId: "" };

/**
 * Where the buyer wants to hear of their tickets: null for nothing typed. Whether it can be used, the station says
 * (`checkBuyer`); here an address is only told from a number. `00` in front of a number is the same as `+`.
 */
export function contactOf(typed: string): Contact | null {
  const text = typed.trim();
  if (text === "") {
    return null;
  }
  if (text.includes("@")) {
    return { email: text };
  }
  return { phone: text.replaceAll("(0)", "").replace(/[\s()/.-]/g, "").replace(/^00/, "+") };
}

export function has(cart: Cart, seat: number): boolean {
  return cart.seats.some((one) => one.seat === seat);
}

export function seatsOf(cart: Cart): number[] {
  return cart.seats.map((one) => one.seat);
}

export function suggestedIn(cart: Cart): number[] {
  return cart.seats.filter((one) => one.suggested).map((one) => one.seat);
}

export function withSeats(cart: Cart, seats: readonly number[], suggested: boolean): Cart {
  const fresh = seats.filter((seat) => !has(cart, seat)).map((seat) => ({ seat, suggested }));
  return { ...cart, seats: [...cart.seats, ...fresh] };
}

export function withoutSeats(cart: Cart, seats: readonly number[]): Cart {
  const gone = new Set(seats);
  return { ...cart, seats: cart.seats.filter((one) => !gone.has(one.seat)) };
}

/** Zero takes the area out. */
export function withStanding(cart: Cart, areaId: string, count: number): Cart {
  const standing = new Map(cart.standing);
  if (count > 0) {
    standing.set(areaId, count);
  } else {
    standing.delete(areaId);
  }
  return { ...cart, standing };
}

export function ticketCount(cart: Cart): number {
  return [...cart.standing.values()].reduce((sum, count) => sum + count, cart.seats.length);
}

/** Minor units; sums of integers, so exact. */
export function totalOf(cart: Cart, offer: Offer): number {
  const seats = cart.seats.reduce((sum, one) => sum + seatFacts(offer, one.seat).price, 0);
  return offer.standing.reduce((sum, area) => sum + (cart.standing.get(area.areaId) ?? 0) * area.price.minor, seats);
}

/** What {@link SaleRequest} the cart comes to. `cash` in minor units. */
export function saleRequest(cart: Cart, offer: Offer, cartId: CartId, cash: number, anyTime = false): SaleRequest {
  const [holder, fanClubId] = [cart.holder.trim(), cart.fanClubId.trim()];
  return {
    eventId: offer.hall.event.eventId,
    cartId,
    seats: cart.seats.map((one) => seatFacts(offer, one.seat).seatId),
    standing: [...cart.standing].map(([areaId, count]) => ({ areaId, count })),
    cash: { minor: cash, currency: offer.currency },
    holder: holder === "" ? null : holder,
    contact: contactOf(cart.contact),
    fanClubId: fanClubId === "" ? null : fanClubId,
    ...(anyTime ? { anyTime } : {}),
  };
}
