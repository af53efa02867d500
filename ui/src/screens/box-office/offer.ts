/** What an event sells, looked up by seat index: labels, categories, prices. Derived once from the hall; pure. */

import type { Hall, HallPlan, StandingView } from "../../backend/bindings";
import type { Amount } from "../../format";
import { categoryLooks, type CategoryLook } from "../../seatmap/palette";

/** A category with numbered seats, as the legend lists it. */
export interface OfferedCategory {
  /** Index into the plan's categories; what `best_seats` takes. */
  readonly category: number;
  readonly name: string;
  /** Minor units. */
  readonly price: number;
  readonly look: CategoryLook;
}

export interface Offer {
  readonly hall: Hall;
  /** ISO 4217; every amount of an event is in it. */
  readonly currency: string;
  /** Those that have seats, in the plan's order. */
  readonly categories: readonly OfferedCategory[];
  /** Minor units for each category of the plan. */
  readonly prices: readonly number[];
  readonly standing: readonly StandingView[];
  readonly seatIndex: ReadonlyMap<string, number>;
}

/** One seat in words and money. */
export interface SeatFacts {
  readonly seatId: string;
  /** As people say it: `Stalls B-14`. */
  readonly label: string;
  readonly category: string;
  /** Minor units. */
  readonly price: number;
}

export function offerOf(hall: Hall): Offer {
  const { plan, prices } = hall;
  const byName = new Map(prices.map((line) => [line.category, line.price.minor]));
  const looks = categoryLooks(plan.categories);
  const seated = new Set(plan.seats.category);
  const priceList = plan.categories.map((category) => byName.get(category.name) ?? 0);
  const categories = plan.categories.flatMap((category, index) => {
    const look = looks[index];
    return seated.has(index) && look !== undefined ? [{ category: index, name: category.name, price: priceList[index] ?? 0, look }] : [];
  });
  return {
    hall,
    currency: hall.event.currency,
    categories,
    prices: priceList,
    standing: hall.standing,
    seatIndex: new Map(plan.seats.guid.map((guid, index) => [guid, index])),
  };
}

/** As the station's own `Place::label` writes it, so that a seat has one name on map, cart and ticket. */
export function seatLabel(plan: HallPlan, seat: number): string {
  const zone = plan.zones[plan.seats.zone[seat] ?? -1]?.name ?? "";
  const row = plan.seats.row[seat] ?? "";
  const number = plan.seats.number[seat] ?? "";
  const place = row === "" ? number : `${row}-${number}`;
  return zone === "" ? place : `${zone} ${place}`;
}

export function seatFacts(offer: Offer, seat: number): SeatFacts {
  const { plan } = offer.hall;
  const category = plan.seats.category[seat] ?? -1;
  return {
    seatId: plan.seats.guid[seat] ?? "",
    label: seatLabel(plan, seat),
    category: plan.categories[category]?.name ?? "",
    price: offer.prices[category] ?? 0,
  };
}

export function amount(offer: Offer, minor: number): Amount {
  return { minor, currency: offer.currency };
}
