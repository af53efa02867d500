/**
 * A pairing code as far as people have to see of it before they use it: which house it names, and where. Whether it is good
 * is the station's to say (`domain`, `pairing`).
 */

/** An address without its scheme, and a house; in any case, as host names are. */
const shape = /^WKP2:([a-z0-9.-]+(?::\d{1,5})?(?:\/[\w.$-]+)*)\/([a-z0-9][a-z0-9-]{0,39})$/i;

/** A longer text is no pairing code; the same as the station's. */
export const codeMost = 1024;

export interface Named {
  readonly address: string;
  readonly venue: string;
}

/** What people type and paste has line breaks and spaces in it. */
export function tidy(text: string): string {
  return text.replace(/\s+/g, "");
}

/** Undefined for what is no pairing code. */
export function namedBy(text: string): Named | undefined {
  if (text.length > codeMost) {
    return undefined;
  }
  const [, address, venue] = shape.exec(tidy(text)) ?? [];
  return address === undefined || venue === undefined ? undefined : { address: address.toLowerCase(), venue: venue.toLowerCase() };
}
