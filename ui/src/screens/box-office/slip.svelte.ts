/** The sale in flight, written down where a page that is loaded again finds it. */

import type { SaleInFlight, Slip } from "./ports";

/** Changes with what is written, so that what is shown of a slip follows it. */
let written = $state(0);

/** One for each station: windows of several may share what a page remembers. */
export function slipOf(stationId: string): Slip {
  const name = `wicket.sale.${stationId}`;
  return {
    read() {
      void written;
      try {
        const { cartId, eventId, at } = JSON.parse(localStorage.getItem(name) ?? "{}") as Partial<SaleInFlight>;
        return typeof cartId === "string" && typeof eventId === "string" && typeof at === "number" ? { cartId, eventId, at } : undefined;
      } catch {
        return undefined;
      }
    },
    write(sale) {
      written += 1;
      try {
        if (sale === undefined) {
          localStorage.removeItem(name);
        } else {
          localStorage.setItem(name, JSON.stringify(sale));
        }
      } catch {
        // Without storage a sale is remembered as long as the page is there.
      }
    },
  };
}
