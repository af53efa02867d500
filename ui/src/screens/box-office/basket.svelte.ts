/**
 * The cart while it is being filled: every change shows at once and is confirmed by the station after it. What
 * somebody else has got in the meantime leaves the cart again, and is told.
 */

import type { BuyerCheck, TakenSeat } from "../../backend/bindings";
import type { Availability, SoldOut } from "./availability.svelte";
import { emptyCart, has, seatsOf, suggestedIn, ticketCount, ticketsMax, totalOf, withoutSeats, withSeats, withStanding, type Cart } from "./cart";
import { Holds } from "./holds";
import { seatLabel, type Offer } from "./offer";
import { asError, type Ports } from "./ports";
import { remembered } from "./remembered";
import { Serial } from "./serial";
import { lostIn, overlaid } from "./states";

/** Somebody else may be quicker between a suggestion and its hold. */
const suggestionTries = 3;

/** What was typed about the buyer; what was typed last goes first. */
function buyerOf(now: Cart, before: Cart): Pick<Cart, "holder" | "contact" | "fanClubId"> {
  return { holder: now.holder || before.holder, contact: now.contact || before.contact, fanClubId: now.fanClubId || before.fanClubId };
}

export class Basket {
  readonly serial = new Serial();
  readonly holds: Holds;
  readonly #ports: Ports;
  readonly #availability: Availability;
  /** What to do when the cart shrank without the seller. */
  readonly #shrunk: () => void;
  #offer = $state.raw<Offer>();
  #cart = $state.raw<Cart>(emptyCart);
  #split = $state.raw<readonly number[]>([]);
  #suggesting = $state(false);
  /** Counts what the station has done for this cart: a fault is over when the next thing works. */
  #worked = $state(0);
  #open = true;
  #activeAt: number;

  readonly #overlaid = remembered((base: Uint8Array, seats: Cart["seats"]) => overlaid(base, seats.map((one) => one.seat)));

  constructor(ports: Ports, availability: Availability, shrunk: () => void) {
    this.#ports = ports;
    this.#availability = availability;
    this.#shrunk = shrunk;
    this.holds = new Holds(ports.commands, ports.now);
    this.#activeAt = ports.now();
  }

  get offer(): Offer | undefined {
    return this.#offer;
  }
  set offer(offer: Offer | undefined) {
    this.#offer = offer;
  }
  get cart(): Cart {
    return this.#cart;
  }
  /** One byte a seat, this cart laid over what the station said. The same array until one of the two changes. */
  get states(): Uint8Array {
    return this.#overlaid(this.#availability.base, this.#cart.seats);
  }
  /** Minor units. */
  get total(): number {
    return this.#offer === undefined ? 0 : totalOf(this.#cart, this.#offer);
  }
  get tickets(): number {
    return ticketCount(this.#cart);
  }
  /** Why nothing can be chosen, when nothing can be. */
  get soldOut(): SoldOut | undefined {
    return this.#availability.soldOut;
  }
  get suggesting(): boolean {
    return this.#suggesting;
  }
  /** True while the suggestion in the cart is not side by side. */
  get split(): boolean {
    return this.#split.length > 0 && this.#split.every((seat) => has(this.#cart, seat));
  }
  /** Closed while it is being paid for. */
  set open(open: boolean) {
    this.#open = open;
  }

  /** Somebody is at work: holds are worth renewing. */
  touch(): void {
    this.#activeAt = this.#ports.now();
  }

  /** Places left in a standing area. */
  standingLeft(areaId: string): number {
    const index = this.#offer?.standing.findIndex((area) => area.areaId === areaId) ?? -1;
    return this.#availability.standingLeft[index] ?? 0;
  }

  /** The cloud does not answer: what is not this station's own cannot be had, and is not gone either. */
  get ownOnly(): boolean {
    return this.#availability.ownOnly;
  }

  // --- what the seller does ---

  /** Puts a seat in, or takes it out again. */
  pick(seat: number): void {
    if (!this.#room(has(this.#cart, seat) ? 0 : 1)) {
      return;
    }
    if (has(this.#cart, seat)) {
      this.#takeOut([seat]);
    } else {
      this.#cart = withSeats(this.#cart, [seat], false);
      this.#hold([seat], "taken");
    }
  }

  /** Takes a line out; it can be taken back. */
  remove(seat: number): void {
    const offer = this.#offer;
    if (offer === undefined || !has(this.#cart, seat) || !this.#room(0)) {
      return;
    }
    const before = this.#cart;
    this.#takeOut([seat]);
    const undo = (): void => {
      this.#restore(before, [seat]);
    };
    this.#ports.tell({ kind: "removed", label: seatLabel(offer.hall.plan, seat), undo, over: () => this.nothingToBringBack([seat]) });
  }

  clear(): void {
    const before = this.#cart;
    if (ticketCount(before) === 0 || !this.#room(0)) {
      return;
    }
    this.#cart = emptyCart;
    this.#task(() => this.holds.releaseAll());
    const undo = (): void => {
      this.bringBack(before);
    };
    const over = (): boolean => before.standing.size === 0 && this.nothingToBringBack(seatsOf(before));
    this.#ports.tell({ kind: "cleared", tickets: ticketCount(before), undo, over });
  }

  /** Every one of these seats is in the cart again, or somebody else has it. */
  nothingToBringBack(seats: readonly number[]): boolean {
    const lost = new Set(lostIn(this.#availability.base, seats));
    return seats.every((seat) => lost.has(seat) || has(this.#cart, seat));
  }

  /** Puts back what was taken out, as far as nobody else has got it. */
  bringBack(before: Cart): void {
    if (this.#room(ticketCount(before))) {
      this.#cart = { ...this.#cart, standing: new Map([...before.standing, ...this.#cart.standing]), ...buyerOf(this.#cart, before) };
      this.#restore(before, seatsOf(before));
    }
  }

  name(holder: string): void {
    this.#cart = { ...this.#cart, holder };
  }

  /** Where the buyer wants to hear of the tickets, and their fan-club number. */
  buyer(about: Partial<Pick<Cart, "contact" | "fanClubId">>): void {
    this.#cart = { ...this.#cart, ...about };
  }

  /** What of what was typed about the buyer the station and its cloud would refuse. */
  checkBuyer(holder: string, contact: string, fanClubId: string): Promise<BuyerCheck> {
    return this.#ports.commands.checkBuyer(holder, contact, fanClubId);
  }

  /** Sets how many places of a standing area are wanted. */
  stand(areaId: string, count: number): void {
    const now = this.#cart.standing.get(areaId) ?? 0;
    const left = this.standingLeft(areaId);
    // What is in the cart already is not lost by counting down while the cloud does not answer.
    const wanted = Math.max(0, Math.min(count, Math.max(left, now)));
    if (!this.#room(wanted - now)) {
      return;
    }
    this.#cart = withStanding(this.#cart, areaId, wanted);
    if (count > left && count > now) {
      this.#ports.tell(this.ownOnly ? { kind: "areaOffline", area: areaId } : { kind: "areaFull", area: areaId, left });
    }
  }

  /** Puts the best `count` seats together in the cart, in place of those suggested before. `category` undefined: any. */
  async best(count: number, category: number | undefined): Promise<void> {
    const offer = this.#offer;
    const before = suggestedIn(this.#cart);
    if (offer === undefined || this.#suggesting || !this.#room(count - before.length)) {
      return;
    }
    this.#suggesting = true;
    try {
      await this.serial.run(() => this.#suggest(offer, count, category));
      this.#worked += 1;
    } catch (thrown) {
      this.#cart = withoutSeats(this.#cart, before);
      this.#fail(thrown);
    } finally {
      this.#suggesting = false;
    }
  }

  async #suggest(offer: Offer, count: number, category: number | undefined): Promise<void> {
    const before = suggestedIn(this.#cart);
    await this.holds.release(offer, before);
    for (let tries = 0; tries < suggestionTries; tries += 1) {
      const found = await this.#ports.commands.bestSeats(offer.hall.event.eventId, await this.holds.open(), count, category ?? null);
      if (found === null) {
        break;
      }
      const gone = await this.holds.take(offer, found.seats);
      if (gone.length === 0) {
        this.#cart = withSeats(withoutSeats(this.#cart, before), found.seats, true);
        this.#split = found.together ? [] : found.seats;
        return this.refresh();
      }
      await this.holds.release(offer, found.seats);
    }
    await this.refresh();
    this.#ports.tell({ kind: "noneFree", count, category: offer.categories.find((one) => one.category === category)?.name, offline: this.ownOnly });
    await this.#take(offer, suggestedIn(this.#cart), "taken");
    return this.refresh();
  }

  /** The seller is here and there is room for `more` tickets. */
  #room(more: number): boolean {
    this.touch();
    if (this.#open && more > 0 && ticketCount(this.#cart) + more > ticketsMax) {
      this.#ports.tell({ kind: "limit", most: ticketsMax });
      return false;
    }
    return this.#open;
  }

  #hold(seats: readonly number[], kind: "taken" | "goneMeanwhile"): void {
    this.#task(async (offer) => {
      const wanted = seats.filter((seat) => has(this.#cart, seat));
      try {
        await this.#take(offer, wanted, kind);
      } catch (thrown) {
        this.#cart = withoutSeats(this.#cart, wanted);
        this.#shrunk();
        throw thrown;
      }
    });
  }

  /** Holds seats and lets go those that cannot be had. */
  async #take(offer: Offer, seats: readonly number[], kind: "taken" | "goneMeanwhile"): Promise<void> {
    const gone = await this.holds.take(offer, seats);
    // Whether a blocked seat is kept out of sale or only out of reach, the station says with all the others.
    if (gone.some((seat) => seat.state === "blocked")) {
      await this.refresh();
    }
    this.#lose(gone, kind);
  }

  #takeOut(seats: readonly number[]): void {
    this.#cart = withoutSeats(this.#cart, seats);
    this.#task((offer) => this.holds.release(offer, seats.filter((seat) => !has(this.#cart, seat))));
  }

  #restore(before: Cart, seats: readonly number[]): void {
    const back = before.seats.filter((one) => seats.includes(one.seat) && !has(this.#cart, one.seat));
    if (back.length === 0 || !this.#room(back.length)) {
      return;
    }
    this.#cart = { ...this.#cart, seats: [...this.#cart.seats, ...back] };
    this.#hold(seats, "goneMeanwhile");
  }

  /** Runs in its turn, refreshes, and says what went wrong. */
  #task(work: (offer: Offer) => Promise<void>): void {
    const offer = this.#offer;
    if (offer === undefined) {
      return;
    }
    const run = async (): Promise<void> => {
      await work(offer);
      await this.refresh();
      this.#worked += 1;
    };
    this.serial.run(run).catch((thrown: unknown) => {
      this.#fail(thrown);
    });
  }

  /** Says what went wrong, until something works again. */
  #fail(thrown: unknown): void {
    const before = this.#worked;
    this.#ports.tell({ kind: "fault", error: asError(thrown), over: () => this.#worked > before });
  }

  // --- what the station says ---

  /** Asks what is free and lets go what is not. Call in turn ({@link serial}). */
  async refresh(): Promise<void> {
    const changed = await this.#availability.refresh(this.holds.cartId);
    if (changed && this.#offer !== undefined) {
      this.#lose(this.#availability.taken(this.#offer, this.holds.seats), "taken");
      // Places that can be claimed again when the cloud is back stay; paying asks for them, and knows without it too.
      if (!this.ownOnly) {
        this.#fitStanding();
      }
    }
  }

  /** Keeps the holds of a seller who is still here. Call in turn. */
  async renew(): Promise<void> {
    if (this.#offer !== undefined && this.holds.due(this.#activeAt)) {
      await this.#take(this.#offer, this.holds.seats, "taken");
    }
  }

  /** Takes out what somebody else has, and says so. */
  lose(seats: readonly TakenSeat[]): void {
    this.#lose(seats, "taken");
  }

  #lose(seats: readonly TakenSeat[], kind: "taken" | "goneMeanwhile"): void {
    if (seats.length > 0) {
      const gone = seats.flatMap(({ seatId }) => this.#offer?.seatIndex.get(seatId) ?? []);
      this.holds.drop(gone);
      this.#cart = withoutSeats(this.#cart, gone);
      this.#shrunk();
      this.#ports.tell(kind === "taken" ? { kind, seats, offline: this.ownOnly } : { kind, seats });
    }
  }

  /** A standing area has only so many places left. */
  fit(areaId: string, left: number): void {
    if ((this.#cart.standing.get(areaId) ?? 0) > left) {
      this.#cart = withStanding(this.#cart, areaId, left);
      this.#shrunk();
      this.#ports.tell({ kind: "areaFull", area: areaId, left });
    }
  }

  #fitStanding(): void {
    for (const areaId of [...this.#cart.standing.keys()]) {
      this.fit(areaId, this.standingLeft(areaId));
    }
  }

  /** The cart was sold: the next one begins empty, with holds of its own. */
  sold(): void {
    this.holds.forget();
    this.#cart = emptyCart;
    this.#split = [];
  }

  /** Gives everything back when the seller goes elsewhere. */
  async leave(): Promise<void> {
    this.#open = false;
    await this.serial.run(() => this.holds.releaseAll()).catch(() => undefined);
  }
}
