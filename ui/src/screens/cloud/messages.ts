/** What a message of the outbox tells, as the trade says it. */

import { m } from "../../i18n/index.svelte";

/** A kind that a newer station has written comes back as it is. */
export function kindText(kind: string): string {
  switch (kind) {
    case "purchase":
      return m.cloud_kind_purchase();
    case "admission":
      return m.cloud_kind_admission();
    case "reprint":
      return m.cloud_kind_reprint();
    case "refund":
      return m.cloud_kind_refund();
    case "exchange":
      return m.cloud_kind_exchange();
    case "shift":
      return m.cloud_kind_shift();
    default:
      return kind;
  }
}
