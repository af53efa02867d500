/** Sales that were made before this window was there, and that nobody has finished: they are shown before anything else. */

import type { OrderId, UnfinishedSale } from "../backend/bindings";
import { navigation, type Screen } from "./navigation.svelte";

let sales = $state.raw<readonly UnfinishedSale[]>([]);
let restarted = $state(true);
let after: Screen = "events";

function goOn(): void {
  if (sales.length === 0 && navigation.screen === "soldBefore") {
    navigation.go(after);
  }
}

export const unfinished = {
  /** Newest first. */
  get sales(): readonly UnfinishedSale[] {
    return sales;
  },
  /** They were made before this window was opened, and not while somebody else was signed in. */
  get restarted(): boolean {
    return restarted;
  },
  /** Goes to the page that shows them, if there are any, and to `next` when all are finished. */
  show(found: readonly UnfinishedSale[], first: boolean, next: Screen): void {
    sales = found;
    restarted = first;
    after = next;
    navigation.go(found.length > 0 ? "soldBefore" : next);
  },
  /** Somebody has finished one. */
  finished(orderId: OrderId): void {
    sales = sales.filter((sale) => sale.receipt.orderId !== orderId);
    goOn();
  },
  /** Leaves them to whoever signs in next. */
  later(): void {
    sales = [];
    goOn();
  },
};
