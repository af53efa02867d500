/**
 * Amounts as people read them. An amount stays integer minor units until Intl has it as an exact decimal string;
 * no floating-point division happens on the way.
 */

/** The domain's Money as it crosses: minor units (cents) and an ISO 4217 code. */
export interface Amount {
  readonly minor: number | bigint;
  readonly currency: string;
}

/**
 * The currencies without two decimals (ISO 4217), as `crates/domain/src/money/currencies.rs` has them. Intl is not asked:
 * it leaves decimals out where little is priced in them (HUF, COP, IQD), and amounts would be a hundred times too large.
 */
const notTwo = new Map(
  [
    { places: 0, codes: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF" },
    { places: 3, codes: "BHD IQD JOD KWD LYD OMR TND" },
    { places: 4, codes: "CLF UYW" },
  ].flatMap(({ places, codes }) => codes.split(" ").map((code) => [code, places] as const)),
);

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formatters.get(key);
  if (known !== undefined) {
    return known;
  }
  const places = decimals(currency);
  const made = new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: places, maximumFractionDigits: places });
  formatters.set(key, made);
  return made;
}

/** How many decimals the currency has: 2 for USD, 0 for JPY, 3 for KWD. */
export function decimals(currency: string): number {
  return notTwo.get(currency) ?? 2;
}

/** The exact amount without grouping or sign of currency: `{minor: -5, currency: "USD"}` is `-0.05`. */
export function decimalString(amount: Amount): string {
  const places = decimals(amount.currency);
  const minor = BigInt(amount.minor);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = places === 0 ? "" : `.${digits.slice(-places)}`;
  return `${minor < 0n ? "-" : ""}${whole}${fraction}`;
}

/** The amount as `locale` writes it, with its currency sign and every decimal. */
export function formatMoney(amount: Amount, locale: string): string {
  // Intl reads a decimal string exactly; TypeScript's type for it is a template literal that a computed string cannot meet.
  return formatter(locale, amount.currency).format(decimalString(amount) as Intl.StringNumericLiteral);
}

/** The parts of {@link formatMoney}, for showing the decimals or the sign of currency smaller. */
export function moneyParts(amount: Amount, locale: string): Intl.NumberFormatPart[] {
  return formatter(locale, amount.currency).formatToParts(decimalString(amount) as unknown as number);
}

/**
 * The minor units in an amount that somebody typed: `12`, `12.5`, `12,50`. The last dot or comma is the decimal mark.
 * `undefined` when it is not a plain amount, or finer than the currency.
 */
export function minorFrom(typed: string, currency: string): number | undefined {
  const places = decimals(currency);
  const found = /^(\d{1,12})(?:[.,](\d+))?$/.exec(typed.trim());
  if (found === null || (found[2]?.length ?? 0) > places) {
    return undefined;
  }
  return Number(`${found[1] ?? ""}${(found[2] ?? "").padEnd(places, "0")}`);
}
