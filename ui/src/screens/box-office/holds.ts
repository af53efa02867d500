/**
 * The cart's holds at the station: opened with the first seat, renewed while somebody works, given back on leaving.
 * Knows seat indexes and commands, no words and no screen. Calls must come one after the other ({@link Serial}).
 */

import type { CartId, TakenSeat } from "../../backend/bindings";
import { seatFacts, type Offer } from "./offer";
import type { Commands } from "./ports";

/** Milliseconds. The station keeps a hold for ten minutes. */
export const renewAfter = 120_000;

export class Holds {
  readonly #commands: Commands;
  readonly #now: () => number;
  readonly #held = new Set<number>();
  #cartId: CartId | null = null;
  #renewedAt = 0;

  constructor(commands: Commands, now: () => number) {
    this.#commands = commands;
    this.#now = now;
  }

  /** Null until the first seat was asked for. */
  get cartId(): CartId | null {
    return this.#cartId;
  }

  /** The seats that the station confirmed. */
  get seats(): number[] {
    return [...this.#held];
  }

  async open(): Promise<CartId> {
    this.#cartId ??= await this.#commands.openCart();
    return this.#cartId;
  }

  /** Holds as many of the seats as can be had; gives those that cannot. */
  async take(offer: Offer, seats: readonly number[]): Promise<TakenSeat[]> {
    const cartId = await this.open();
    const gone: TakenSeat[] = [];
    let wanted = [...seats];
    while (wanted.length > 0) {
      const ids = wanted.map((seat) => seatFacts(offer, seat).seatId);
      const outcome = await this.#commands.holdSeats(offer.hall.event.eventId, cartId, ids);
      if (outcome.outcome === "held") {
        this.#renewedAt = this.#now();
        for (const seat of wanted) {
          this.#held.add(seat);
        }
        break;
      }
      const taken = new Set(outcome.seats.map((seat) => seat.seatId));
      gone.push(...outcome.seats);
      const left = wanted.filter((seat) => !taken.has(seatFacts(offer, seat).seatId));
      // An answer that names none of the seats asked for would be asked for ever.
      wanted = left.length < wanted.length ? left : [];
    }
    for (const seat of gone) {
      this.#held.delete(offer.seatIndex.get(seat.seatId) ?? -1);
    }
    return gone;
  }

  async release(offer: Offer, seats: readonly number[]): Promise<void> {
    for (const seat of seats) {
      if (this.#cartId !== null && this.#held.delete(seat)) {
        await this.#commands.releaseSeat(offer.hall.event.eventId, this.#cartId, seatFacts(offer, seat).seatId);
      }
    }
  }

  /** The seat went to somebody else: there is nothing to give back. */
  drop(seats: readonly number[]): void {
    for (const seat of seats) {
      this.#held.delete(seat);
    }
  }

  /** Whether holds are old enough to be renewed for a seller who did something at `activeAt`. */
  due(activeAt: number): boolean {
    return this.#held.size > 0 && activeAt > this.#renewedAt && this.#now() - this.#renewedAt >= renewAfter;
  }

  /** Gives everything back; the cart stays open. */
  async releaseAll(): Promise<void> {
    if (this.#cartId !== null && this.#held.size > 0) {
      this.#held.clear();
      await this.#commands.releaseCart(this.#cartId);
    }
  }

  /** After a sale the next customer gets a cart of their own. */
  forget(): void {
    this.#held.clear();
    this.#cartId = null;
  }
}
