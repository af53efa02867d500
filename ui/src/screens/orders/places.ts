/** The places of an order in one line: "Front Stalls · 2 × Floor". */

const collator = new Intl.Collator(undefined, { numeric: true });

/** A-2 before A-10. */
export function inPlaceOrder(one: string, other: string): number {
  return collator.compare(one, other);
}

/** What stands before the last space is the zone, and said once for neighbours in the list that share it. */
export function placesOf(labels: readonly string[]): string {
  const counted = new Map<string, number>();
  for (const label of [...labels].sort(inPlaceOrder)) {
    counted.set(label, (counted.get(label) ?? 0) + 1);
  }
  const zones = new Map<string, string[]>();
  for (const [label, count] of counted) {
    const cut = count > 1 ? -1 : label.lastIndexOf(" ");
    const zone = cut === -1 ? "" : label.slice(0, cut);
    const place = count > 1 ? `${count} × ${label}` : label.slice(cut + 1);
    zones.set(zone, [...(zones.get(zone) ?? []), place]);
  }
  return [...zones].map(([zone, places]) => `${zone} ${places.join(", ")}`.trim()).join(" · ");
}
