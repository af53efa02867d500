/** The paper this window prints on: the one chosen last, else the region's. */

import type { Paper } from "../../backend/commands";

export const papers: readonly Paper[] = ["a4", "letter", "80mm"];

const remembered = "wicket.paper";
/** Regions whose office paper is Letter (CLDR, `paperSize`). */
const letterRegions: readonly string[] = ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];

/** What printers of a region are loaded with. `locale` is a BCP 47 tag; one without a region is filled in as Intl does. */
export function paperOf(locale: string): Paper {
  const { region } = new Intl.Locale(locale).maximize();
  return letterRegions.includes(region ?? "") ? "letter" : "a4";
}

export function rememberedPaper(locale: string): Paper {
  try {
    const stored = localStorage.getItem(remembered);
    return papers.find((one) => one === stored) ?? paperOf(locale);
  } catch {
    return paperOf(locale);
  }
}

export function rememberPaper(paper: Paper): void {
  try {
    localStorage.setItem(remembered, paper);
  } catch {
    // Without storage the choice lasts until the next sale.
  }
}
