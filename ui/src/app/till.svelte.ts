/** How this station's till is set up. The station's file keeps it; the window has a copy for as long as it is open. */

import type { TillSettings } from "../backend/bindings";
import * as commands from "../backend/commands";

/** As on the first day. */
export const freshTill: TillSettings = { printer: null, paper: null, autoPrint: false, quickSale: false };

let settings = $state.raw<TillSettings>(freshTill);

export const till = {
  get settings(): TillSettings {
    return settings;
  },
  /** What the station said. */
  take(said: TillSettings): void {
    settings = said;
  },
  /** Holds here at once; throws when the station could not keep it for the next start. */
  async change(part: Partial<TillSettings>): Promise<void> {
    settings = { ...settings, ...part };
    await commands.setTillSettings(settings);
  },
};
