/** What a field says of letters that tickets cannot show. */

import { m } from "../i18n/index.svelte";

/** More of them are not listed. */
const most = 8;

/** The sentence; undefined when tickets show every letter. */
export function unprintableHint(letters: readonly string[]): string | undefined {
  const listed = letters.slice(0, most).join(" ");
  return letters.length === 0 ? undefined : m.name_unprintable({ letters: letters.length > most ? `${listed} …` : listed });
}
