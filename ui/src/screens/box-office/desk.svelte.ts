/**
 * One seller's desk at one event: the way from cart through payment to the tickets. What people see is state here;
 * it draws nothing, knows no words, and reads no clock of its own.
 */

import { WicketError } from "../../backend";
import type { CartId, EventId, Receipt } from "../../backend/bindings";
import { Availability } from "./availability.svelte";
import { Basket } from "./basket.svelte";
import { saleRequest } from "./cart";
import { tender, type Tender } from "./cash";
import { offerOf, type Offer } from "./offer";
import { asError, type Ports, type SaleInFlight } from "./ports";
import { findSale, sellOnce, type SaleResult } from "./sale";

export type Step = "cart" | "payment" | "done";

/** Milliseconds in which the station may still be at a sale that it has not made yet: every cloud has answered by then. */
const underWay = 30_000;

/** A sale whose answer was lost. */
interface Lost {
  readonly cartId: CartId;
  readonly error: WicketError;
  /** It was asked for before this page was loaded. */
  readonly before: boolean;
}

export class Desk {
  readonly eventId: EventId;
  readonly availability: Availability;
  readonly basket: Basket;
  readonly #ports: Ports;
  #trouble = $state.raw<WicketError>();
  #step = $state<Step>("cart");
  /** Counts claims, so that one that was given up opens no payment. */
  #claims = 0;
  #claiming = $state(false);
  #shrunk = false;
  #selling = $state(false);
  #lost = $state.raw<Lost>();
  #refusal = $state.raw<WicketError>();
  #notOurs = $state.raw<readonly string[]>([]);
  #receipt = $state.raw<Receipt>();
  #found = $state(false);
  #staleSince = $state<number>();
  #left = false;

  #received = $state(0);
  /** The event is over, and the seller is asked whether they want to sell it all the same. */
  #askedOver = $state(false);
  /** They want to, for this payment. */
  #anyTime = false;

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
  /** The sale that is not known was asked for before this page was there: its cart cannot be shown. */
  get before(): boolean {
    return this.#lost?.before === true;
  }
  /** Going elsewhere now would cut off somebody who pays. */
  get pinned(): boolean {
    return this.#step === "payment" || this.#selling || this.unknown;
  }
  /** The event's sale has ended: the seller is asked before money is taken. */
  get askedOver(): boolean {
    return this.#askedOver;
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
        await this.#recover();
        const offer = offerOf(await this.#ports.commands.hall(this.eventId));
        await this.availability.refresh(this.basket.holds.cartId);
        this.basket.offer = offer;
      });
    } catch (thrown) {
      this.#trouble = asError(thrown);
    }
    void this.#warnOfPaper();
  }

  /** Says before the first sale which letters of the event's names paper cannot show. */
  async #warnOfPaper(): Promise<void> {
    if (this.offer === undefined) {
      return;
    }
    const { hall, categories } = this.offer;
    const { name, venue } = hall.event;
    const names = [name, venue.name, venue.address ?? "", ...categories.map((category) => category.name)];
    const letters = await this.#ports.commands.unprintable(names.join(" ")).catch(() => []);
    if (letters.length > 0 && !this.#left) {
      this.#ports.tell({ kind: "unprintable", letters });
    }
  }

  /** A sale may have been under way when the page went away: what became of it comes before any other. */
  async #recover(): Promise<void> {
    const noted = this.#ports.slip.read();
    if (noted !== undefined && (this.#lost === undefined || this.#lost.before) && !this.#selling) {
      await this.#lookBack(noted, new WicketError("unknown", ""));
    }
  }

  async #lookBack(noted: SaleInFlight, error: WicketError): Promise<void> {
    let result = await findSale(this.#ports.commands, noted.cartId, error);
    const age = this.#ports.now() - noted.at;
    if (age < 0) {
      // The clock was set back and says nothing of the sale's age: it is waited for from now on.
      this.#ports.slip.write({ ...noted, at: this.#ports.now() });
    }
    const early = age < underWay;
    if (result.outcome === "notSold" && early) {
      // The station may still be at it.
      result = { outcome: "unknown", error };
    }
    this.#lost = undefined;
    if (result.outcome === "unknown") {
      this.#lost = { cartId: noted.cartId, error, before: true };
      this.#go("payment");
      return;
    }
    this.#ports.slip.write(undefined);
    if (result.outcome === "found" && result.receipt.finished) {
      // It was shown before this desk was opened, and somebody has finished it.
      this.#go("cart");
    } else if (result.outcome === "found") {
      if (noted.eventId === this.eventId) {
        this.#finish(result.receipt, true);
      } else {
        this.#ports.tell({ kind: "soldAway", orderId: result.receipt.orderId, code: result.receipt.code });
        this.#go("cart");
      }
    } else {
      this.#ports.tell({ kind: "notSoldBefore", over: () => this.#receipt !== undefined });
      this.#go("cart");
      // Holds that cannot be given back run out.
      await this.#ports.commands.releaseCart(noted.cartId).catch(() => undefined);
    }
  }

  /** Call every two seconds or so: refreshes what is free and renews holds. Does nothing while something is under way. */
  async beat(): Promise<void> {
    const { serial } = this.basket;
    if (serial.busy || this.#left) {
      return;
    }
    // Also while the hall cannot be shown: until the sale is known, nobody may go elsewhere.
    if (this.#lost !== undefined) {
      if (this.#lost.before) {
        await this.lookAgain();
      }
      return;
    }
    if (this.offer === undefined) {
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
    this.#pay(false);
  }

  #pay(anyTime: boolean): void {
    if (this.#step !== "cart" || this.#claiming || this.basket.tickets === 0) {
      return;
    }
    this.basket.touch();
    if (!anyTime && this.#isOver()) {
      this.#askedOver = true;
      return;
    }
    this.#anyTime = anyTime;
    if (this.#ports.ownsAll()) {
      this.#charge();
    } else {
      void this.#claim();
    }
  }

  #isOver(): boolean {
    const { offer } = this;
    return offer !== undefined && this.#ports.now() >= Date.parse(offer.hall.hours.sellsUntil);
  }

  /** Goes on with the sale although the event is over: to the payment, or on from there. */
  async sellAllTheSame(): Promise<void> {
    this.#askedOver = false;
    if (this.#step === "payment") {
      this.#anyTime = true;
      await this.sell();
    } else {
      this.#pay(true);
    }
  }

  /** Leaves the cart as it is. */
  doNotSell(): void {
    this.#askedOver = false;
  }

  #charge(): void {
    this.received = 0;
    this.#go("payment");
  }

  async #claim(): Promise<void> {
    const claim = (this.#claims += 1);
    this.#claiming = true;
    this.#shrunk = false;
    this.#unlock();
    try {
      // In its turn: a hold that is still on its way may cost a seat.
      const owned = await this.basket.serial.run(() => this.#claimed(claim));
      if (claim !== this.#claims) {
        return;
      }
      this.#claiming = false;
      // With fewer tickets than the seller has seen, they look first.
      if (owned && !this.#shrunk && this.#step === "cart" && !this.#left) {
        this.#charge();
      }
    } catch (thrown) {
      if (claim === this.#claims) {
        this.#ports.tell({ kind: "fault", error: asError(thrown), over: () => this.#step !== "cart" || this.basket.tickets === 0 });
      }
    } finally {
      if (claim === this.#claims) {
        this.#claiming = false;
        this.#unlock();
      }
    }
  }

  /** Gives up waiting for the places. What is claimed by then stays with the cart, as when a payment is broken off. */
  stopClaiming(): void {
    if (this.#claiming) {
      this.#claims += 1;
      this.#claiming = false;
      this.basket.touch();
      this.#unlock();
    }
  }

  async #claimed(claim: number): Promise<boolean> {
    const { offer } = this;
    if (offer === undefined || this.basket.tickets === 0 || claim !== this.#claims) {
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
        if (claim === this.#claims) {
          this.#ports.tell({ kind: "notOurs", places: outcome.places, over: this.#cloudBack() });
        }
        return false;
    }
  }

  /** Whether the cloud has answered again since now, or the cart it was about is gone. */
  #cloudBack(): () => boolean {
    let away = false;
    return () => {
      away ||= this.basket.ownOnly;
      return (away && !this.basket.ownOnly) || this.basket.tickets === 0 || this.#step !== "cart";
    };
  }

  back(): void {
    if (this.#step === "payment" && !this.#selling && this.#lost === undefined) {
      this.basket.touch();
      this.#askedOver = false;
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
        const request = saleRequest(cart, offer, cartId, this.received, this.#anyTime);
        this.#ports.slip.write({ cartId, eventId: this.eventId, at: this.#ports.now() });
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
      const noted = this.#ports.slip.read();
      if (lost.before && noted !== undefined) {
        await this.#lookBack(noted, lost.error);
        return;
      }
      this.#settle(await findSale(this.#ports.commands, lost.cartId, lost.error), lost.cartId);
    } finally {
      this.#selling = false;
    }
  }

  #settle(result: SaleResult, cartId: CartId): void {
    this.#lost = undefined;
    if (result.outcome !== "unknown") {
      this.#ports.slip.write(undefined);
    }
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
        // The event ended while the customer paid, or by the station's clock alone.
        if (result.error.code === "event_over" && !this.#anyTime) {
          this.#askedOver = true;
          break;
        }
        this.#refusal = result.error;
        break;
      case "unknown":
        this.#lost = { cartId, error: result.error, before: false };
        break;
    }
  }

  #finish(receipt: Receipt, found: boolean): void {
    this.basket.sold();
    if (this.#left) {
      this.#ports.tell({ kind: "soldAway", orderId: receipt.orderId, code: receipt.code });
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
      this.#dismiss();
      this.#receipt = undefined;
      this.#found = false;
      this.received = 0;
      this.#go("cart");
    }
  }

  /** The seller has seen the sale: the next start need not show it. A station that cannot note that shows it once more. */
  #dismiss(): void {
    if (this.#receipt !== undefined) {
      this.#ports.commands.finishSale(this.#receipt.orderId).catch(() => undefined);
    }
  }

  /** The seller looks at something else for a while: the cart waits for them, a customer who is done does not. */
  rest(): void {
    this.stopClaiming();
    this.back();
    this.next();
  }

  /** The seller goes elsewhere: nobody else should wait for these seats. Resolves when the station has heard. */
  async leave(): Promise<void> {
    this.#left = true;
    if (this.#lost !== undefined) {
      const { slip } = this.#ports;
      const cartId = slip.read()?.cartId;
      this.#ports.tell({ kind: "unsettled", over: () => slip.read()?.cartId !== cartId });
    }
    await this.basket.leave();
  }
}
