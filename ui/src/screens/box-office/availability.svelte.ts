/** What the station last said is free at an event. It asks; who asks when is the desk's business. */

import type { CartId, EventId, SeatStates, TakenSeat } from "../../backend/bindings";
import { seatFacts, type Offer } from "./offer";
import type { Commands } from "./ports";
import { remembered } from "./remembered";
import { bytesOf, FREE, HELD, lostIn, MINE, SOLD } from "./states";

/** Milliseconds: holds run out without a write to the file, so now and then everything is asked for. */
export const fullEvery = 30_000;

/** Why nothing can be had: all of it is sold, what is left is in carts, or the cloud cannot be asked for more. */
export type SoldOut = "sold" | "inCarts" | "ownGone";

function mostTelling(states: Uint8Array): number | undefined {
  return [FREE, MINE, HELD, SOLD].find((state) => states.includes(state));
}

export class Availability {
  readonly #commands: Commands;
  readonly #eventId: EventId;
  readonly #now: () => number;
  #said = $state.raw<SeatStates>();
  readonly #bytes = remembered(bytesOf);
  readonly #telling = remembered(mostTelling);
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(commands: Commands, eventId: EventId, now: () => number) {
    this.#commands = commands;
    this.#eventId = eventId;
    this.#now = now;
  }

  /** One byte a seat, as the station said it. The same array until the station says something else. */
  get base(): Uint8Array {
    return this.#bytes(this.#said?.states ?? "");
  }

  /** Free seats by category of the plan. */
  get free(): readonly number[] {
    return this.#said?.freeByCategory ?? [];
  }

  /** Places left by standing area, in the hall's order. */
  get standingLeft(): readonly number[] {
    return this.#said?.standingLeft ?? [];
  }

  /** The cloud does not answer: only what is this station's own counts as free. */
  get ownOnly(): boolean {
    return this.#said?.ownOnly ?? false;
  }

  /** Absent while there is something to choose, and while the station has not said anything. */
  get soldOut(): SoldOut | undefined {
    const telling = this.#telling(this.base);
    if (this.#said === undefined || telling === FREE || telling === MINE || this.standingLeft.some((left) => left > 0)) {
      return undefined;
    }
    if (this.ownOnly) {
      return "ownGone";
    }
    // A hall in which nothing was ever for sale is not sold out.
    return telling === HELD ? "inCarts" : telling === SOLD || this.standingLeft.length > 0 ? "sold" : undefined;
  }

  /** Whether it is time to ask for everything, changed or not. */
  get fullDue(): boolean {
    return this.#now() - this.#fullAt >= fullEvery;
  }

  /** Gives whether anything changed. */
  async refresh(cartId: CartId | null): Promise<boolean> {
    const known = this.fullDue ? null : (this.#said?.version ?? null);
    const said = await this.#commands.seatStates(this.#eventId, cartId, known);
    if (known === null) {
      this.#fullAt = this.#now();
    }
    if (said !== null) {
      this.#said = said;
    }
    return said !== null;
  }

  /** Which of the seats somebody else has now. */
  taken(offer: Offer, seats: readonly number[]): TakenSeat[] {
    return lostIn(this.base, seats).map((seat) => {
      const state = this.base[seat];
      const { seatId, label } = seatFacts(offer, seat);
      return { seatId, label, state: state === SOLD ? "sold" : state === HELD ? "held" : "blocked" };
    });
  }
}
