/** The paper this till prints on: the one chosen last, else the region's. */

import { till } from "../../app/till.svelte";
import type { Paper } from "../../backend/commands";
import { m } from "../../i18n/index.svelte";

export const papers: readonly Paper[] = ["a4", "letter", "80mm"];

export const paperNames: Record<Paper, () => string> = { a4: m.pay_paper_a4, letter: m.pay_paper_letter, "80mm": m.pay_paper_80mm };

/** Regions whose office paper is Letter (CLDR, `paperSize`). */
const letterRegions: readonly string[] = ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];

/** What printers of a region are loaded with. `locale` is a BCP 47 tag; one without a region is filled in as Intl does. */
export function paperOf(locale: string): Paper {
  const { region } = new Intl.Locale(locale).maximize();
  return letterRegions.includes(region ?? "") ? "letter" : "a4";
}

export function rememberedPaper(locale: string): Paper {
  return papers.find((one) => one === till.settings.paper) ?? paperOf(locale);
}

export function rememberPaper(paper: Paper): void {
  till.change({ paper }).catch(() => {
    // A choice that the station cannot keep lasts until the window closes.
  });
}
