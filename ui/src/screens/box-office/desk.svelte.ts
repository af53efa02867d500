/**
 * One seller's desk at one event: the way from cart through payment to the tickets. What people see is state here;
 * it draws nothing, knows no words, and reads no clock of its own.
 */

import type { WicketError } from "../../backend";
import type { CartId, EventId, Receipt } from "../../backend/bindings";
import { Availability } from "./availability.svelte";
import { Basket } from "./basket.svelte";
import { saleRequest } from "./cart";
import { tender, type Tender } from "./cash";
import { offerOf, type Offer } from "./offer";
import { asError, type Ports } from "./ports";
import { findSale, sellOnce, type SaleResult } from "./sale";

export type Step = "cart" | "payment" | "done";

export class Desk {
  readonly eventId: EventId;
  readonly availability: Availability;
  readonly basket: Basket;
  readonly #ports: Ports;
  /** Orders this desk has sold. */
  #trouble = $state.raw<WicketError>();
  #step = $state<Step>("cart");
  #claiming = $state(false);
  #shrunk = false;
  #selling = $state(false);
  #lost = $state.raw<{ readonly cartId: CartId; readonly error: WicketError }>();
  #refusal = $state.raw<WicketError>();
  #notOurs = $state.raw<readonly string[]>([]);
  #receipt = $state.raw<Receipt>();
  #found = $state(false);
  #staleSince = $state<number>();
  #left = false;

  #received = $state(0);

  constructor(eventId: EventId, ports: Ports) {
    this.eventId = eventId;
    this.#ports = ports;
    this.availability = new Availability(ports.commands, eventId, ports.now);
    this.basket = new Basket(ports, this.availability, () => {
      // What is to be paid has changed under the seller's hands.
      this.#shrunk = true;
      if (this.#step === "payment") {
        this.#go("cart");
      }
    });
  }

  /** Absent until the hall is loaded. */
  get offer(): Offer | undefined {
    return this.basket.offer;
  }
  /** Why the hall cannot be shown: it was not loaded, or the event has been removed. */
  get trouble(): WicketError | undefined {
    return this.#trouble;
  }
  get step(): Step {
    return this.#step;
  }
  /** Cash received so far, minor units. */
  get received(): number {
    return this.#received;
  }
  set received(minor: number) {
    this.#received = minor;
    this.#refusal = undefined;
    this.#notOurs = [];
  }
  get tender(): Tender {
    return tender(this.basket.total, this.#received);
  }
  /** Sales are reported to a cloud, which can send tickets and credit points. */
  get reports(): boolean {
    return !this.#ports.ownsAll();
  }
  /** Whether the cart's places are being made this station's own. */
  get claiming(): boolean {
    return this.#claiming;
  }
  get selling(): boolean {
    return this.#selling;
  }
  /** The answer to a sale was lost and it is not known yet whether it exists. */
  get unknown(): boolean {
    return this.#lost !== undefined;
  }
  /** Why nothing was sold the last time. */
  get refusal(): WicketError | undefined {
    return this.#refusal;
  }
  /** Places that the last sale broke off for: not this station's, and the cloud did not answer. Nothing was sold. */
  get notOurs(): readonly string[] {
    return this.#notOurs;
  }
  get receipt(): Receipt | undefined {
    return this.#receipt;
  }
  /** The sale's answer was lost, and the order was found afterwards. */
  get found(): boolean {
    return this.#found;
  }
  /** Since when seats could not be refreshed, milliseconds since 1970. */
  get staleSince(): number | undefined {
    return this.#staleSince;
  }

  #go(step: Step): void {
    this.#step = step;
    this.#unlock();
  }

  /** The cart may change while nobody claims it or takes money for it. */
  #unlock(): void {
    this.basket.open = this.#step === "cart" && !this.#claiming && !this.#left;
  }

  async load(): Promise<void> {
    this.#trouble = undefined;
    try {
      await this.basket.serial.run(async () => {
        const offer = offerOf(await this.#ports.commands.hall(this.eventId));
        await this.availability.refresh(this.basket.holds.cartId);
        this.basket.offer = offer;
      });
    } catch (thrown) {
      this.#trouble = asError(thrown);
    }
  }

  /** Call every two seconds or so: refreshes what is free and renews holds. Does nothing while something is under way. */
  async beat(): Promise<void> {
    const { serial } = this.basket;
    if (serial.busy || this.offer === undefined || this.#lost !== undefined || this.#left) {
      return;
    }
    try {
      await serial.run(async () => {
        await this.basket.renew();
        await this.basket.refresh();
      });
      this.#staleSince = undefined;
    } catch (thrown) {
      const error = asError(thrown);
      this.#trouble = error.code === "not_found" ? error : undefined;
      this.#staleSince ??= this.#ports.now();
    }
  }

  // --- payment ---

  /** Opens the payment, for places that are this station's own: money is never taken for others. */
  pay(): void {
    if (this.#step !== "cart" || this.#claiming || this.basket.tickets === 0) {
      return;
    }
    this.basket.touch();
    if (this.#ports.ownsAll()) {
      this.#charge();
    } else {
      void this.#claim();
    }
  }

  #charge(): void {
    this.received = 0;
    this.#go("payment");
  }

  async #claim(): Promise<void> {
    this.#claiming = true;
    this.#shrunk = false;
    this.#unlock();
    try {
      // In its turn: a hold that is still on its way may cost a seat.
      const owned = await this.basket.serial.run(() => this.#claimed());
      this.#claiming = false;
      // With fewer tickets than the seller has seen, they look first.
      if (owned && !this.#shrunk && this.#step === "cart" && !this.#left) {
        this.#charge();
      }
    } catch (thrown) {
      this.#ports.tell({ kind: "fault", error: asError(thrown) });
    } finally {
      this.#claiming = false;
      this.#unlock();
    }
  }

  async #claimed(): Promise<boolean> {
    const { offer } = this;
    if (offer === undefined || this.basket.tickets === 0) {
      return false;
    }
    const cartId = await this.basket.holds.open();
    const outcome = await this.#ports.commands.claimPlaces(saleRequest(this.basket.cart, offer, cartId, 0));
    switch (outcome.outcome) {
      case "owned":
        return true;
      case "taken":
        this.basket.lose(outcome.seats);
        return false;
      case "full":
        this.basket.fit(outcome.areaId, outcome.left);
        return false;
      case "offline":
        this.#ports.tell({ kind: "notOurs", places: outcome.places });
        return false;
    }
  }

  back(): void {
    if (this.#step === "payment" && !this.#selling && this.#lost === undefined) {
      this.basket.touch();
      this.#go("cart");
    }
  }

  /** Sells what is in the cart for what was received. A second call while the first is under way does nothing. */
  async sell(): Promise<void> {
    if (this.#selling || this.#lost !== undefined || !this.#payable()) {
      return;
    }
    this.basket.touch();
    this.#selling = true;
    this.#refusal = undefined;
    this.#notOurs = [];
    try {
      await this.basket.serial.run(async () => {
        const { offer } = this;
        // A hold that was still on its way when payment began may have cost a seat: then nothing is sold.
        if (offer === undefined || !this.#payable()) {
          return;
        }
        const { cart, holds } = this.basket;
        let cartId: CartId;
        try {
          cartId = await holds.open();
        } catch (thrown) {
          this.#refusal = asError(thrown);
          return;
        }
        const request = saleRequest(cart, offer, cartId, this.received);
        this.#settle(await sellOnce(this.#ports.commands, cartId, request), cartId);
      });
    } finally {
      this.#selling = false;
    }
  }

  #payable(): boolean {
    return this.#step === "payment" && this.tender.kind === "enough";
  }

  /** Looks again for a sale whose answer was lost. */
  async lookAgain(): Promise<void> {
    const lost = this.#lost;
    if (lost === undefined || this.#selling) {
      return;
    }
    this.#selling = true;
    try {
      this.#settle(await findSale(this.#ports.commands, lost.cartId, lost.error), lost.cartId);
    } finally {
      this.#selling = false;
    }
  }

  #settle(result: SaleResult, cartId: CartId): void {
    this.#lost = undefined;
    switch (result.outcome) {
      case "sold":
      case "found":
        this.#finish(result.receipt, result.outcome === "found");
        break;
      case "taken":
        this.basket.lose(result.seats);
        break;
      case "full":
        this.basket.fit(result.areaId, result.left);
        break;
      case "offline":
        this.#notOurs = result.places;
        break;
      case "short":
        // The price list was changed since the hall was loaded.
        this.#ports.tell({ kind: "priceChanged" });
        void this.load();
        break;
      case "notSold":
        this.#refusal = result.error;
        break;
      case "unknown":
        this.#lost = { cartId, error: result.error };
        break;
    }
  }

  #finish(receipt: Receipt, found: boolean): void {
    this.basket.sold();
    if (this.#left) {
      this.#ports.tell({ kind: "soldAway", code: receipt.code });
      return;
    }
    this.#receipt = receipt;
    this.#found = found;
    this.#go("done");
  }

  /** Clears the desk for the next customer. */
  next(): void {
    if (this.#step === "done") {
      this.basket.touch();
      this.#receipt = undefined;
      this.#found = false;
      this.received = 0;
      this.#go("cart");
    }
  }

  /** The seller goes elsewhere: nobody else should wait for these seats. */
  leave(): void {
    this.#left = true;
    if (this.#lost !== undefined) {
      this.#ports.tell({ kind: "unsettled" });
    }
    this.basket.leave();
  }
}
