/** How many places are left, in words: none, so many, and whose they are while the cloud does not answer. */

import { m } from "../../i18n/index.svelte";

/** `ownOnly`: they are this station's own, and what others have cannot be asked for. `locale` writes the number. */
export function leftText(left: number, ownOnly: boolean, locale: string): string {
  const count = new Intl.NumberFormat(locale).format(left);
  if (ownOnly) {
    return left === 0 ? m.box_own_none() : m.box_own_left({ count });
  }
  return left === 0 ? m.box_none_left() : m.box_left({ count });
}
