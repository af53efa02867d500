/** Cash: what people hand over for an amount, and what goes back. Minor units throughout; pure. */

import { decimals } from "../../format";

/**
 * Notes in use, and the one coin that tops them up, in whole units of the currency: what lies in a drawer, not every
 * note that is legal tender (nobody pays with a two-dollar or a 500-euro note).
 */
const drawers: Record<string, readonly number[]> = {
  USD: [1, 5, 10, 20, 50, 100],
  CAD: [5, 10, 20, 50, 100],
  AUD: [5, 10, 20, 50, 100],
  NZD: [5, 10, 20, 50, 100],
  EUR: [1, 5, 10, 20, 50, 100, 200],
  GBP: [1, 5, 10, 20, 50],
  CHF: [1, 10, 20, 50, 100, 200],
  SEK: [10, 20, 50, 100, 200, 500],
  NOK: [10, 50, 100, 200, 500],
  DKK: [10, 50, 100, 200, 500],
  PLN: [10, 20, 50, 100, 200],
  CZK: [100, 200, 500, 1000, 2000],
  HUF: [500, 1000, 2000, 5000, 10_000, 20_000],
  TRY: [10, 20, 50, 100, 200],
  ILS: [20, 50, 100, 200],
  AED: [5, 10, 20, 50, 100, 200, 500],
  SAR: [5, 10, 50, 100, 200, 500],
  JPY: [100, 1000, 5000, 10_000],
  KRW: [1000, 5000, 10_000, 50_000],
  CNY: [1, 5, 10, 20, 50, 100],
  INR: [10, 20, 50, 100, 200, 500],
  SGD: [2, 5, 10, 50, 100],
  BRL: [2, 5, 10, 20, 50, 100],
  MXN: [20, 50, 100, 200, 500],
  ZAR: [10, 20, 50, 100, 200],
  KWD: [1, 5, 10, 20],
};

const most = 5;

/** 1, 2, 5, 10, … around the amount, for a currency whose drawer is not known. */
function seriesAround(due: number): number[] {
  const notes: number[] = [];
  for (let power = 1; power <= due * 2; power *= 10) {
    notes.push(power, power * 2, power * 5);
  }
  return notes.filter((note) => note * 20 >= due && note <= due * 4).slice(0, most + 1);
}

/**
 * Amounts that people are likely to hand over for `due`, beside the exact one: the least that each note makes on its
 * own, so that no note in it is superfluous. $29.90 gives 30, 40, 50, 100. Ascending, at most five, none below `due`.
 */
export function quickAmounts(due: number, currency: string): number[] {
  if (due <= 0) {
    return [];
  }
  const unit = 10 ** decimals(currency);
  const notes = drawers[currency]?.map((note) => note * unit) ?? seriesAround(due);
  const handed = notes.map((note) => Math.ceil(due / note) * note).filter((amount) => amount > due);
  return [...new Set(handed)].sort((a, b) => a - b).slice(0, most);
}

export type Tender = { readonly kind: "short"; readonly missing: number } | { readonly kind: "enough"; readonly change: number };

export function tender(due: number, received: number): Tender {
  return received < due ? { kind: "short", missing: due - received } : { kind: "enough", change: received - due };
}
