/** Counting in digits that grow from the right, as on a till: 1, 2, 5, 0 is 12.50 where the currency has two decimals. */

/** `keys` is one digit or `00`. Digits that would take the number over `most` are not taken. */
export function appended(value: number, keys: string, most: number): number {
  const next = Number(`${value}${keys}`);
  return next <= most ? next : value;
}

export function shortened(value: number): number {
  return Math.trunc(value / 10);
}
