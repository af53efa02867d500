/**
 * Letting in the holders of an order's tickets from Orders: what came of each ticket, and how long it can be undone. The
 * station judges as it does at a gate; the ticket counts as chosen by hand.
 */

import { saidBy } from "../../app/said";
import type * as commands from "../../backend/commands";
import type { EventId, TicketId, Verdict } from "../../backend/bindings";
import { scanOf, type Scan } from "../gate/verdict";

export interface EnteringPorts {
  readonly commands: Pick<typeof commands, "admitByHand" | "letIn" | "undoAdmission">;
  readonly eventId: EventId;
  /** The name of this window's gate, or empty. */
  readonly gate: () => string;
  readonly heard?: (verdict: Verdict) => void;
  /** Reads the order anew. */
  readonly changed: () => void;
}

/** What came of one ticket. */
export interface Entered {
  readonly busy: boolean;
  readonly scan?: Scan;
  /** Why nothing came of it the last time; empty where nobody said. The scan before it stands. */
  readonly trouble?: string;
}

export class Entering {
  readonly #ports: EnteringPorts;
  #entered = $state.raw<ReadonlyMap<TicketId, Entered>>(new Map());

  constructor(ports: EnteringPorts) {
    this.#ports = ports;
  }

  of(ticketId: TicketId): Entered | undefined {
    return this.#entered.get(ticketId);
  }

  admit(ticketId: TicketId): Promise<void> {
    const gate = this.#ports.gate();
    return this.#judge(ticketId, () =>
      this.#ports.commands.admitByHand({ ticketId, gate: gate === "" ? null : gate, eventId: this.#ports.eventId }),
    );
  }

  /** Lets in all the same whom the hour alone kept out. */
  async letIn(ticketId: TicketId): Promise<void> {
    const scan = this.of(ticketId)?.scan;
    if (scan !== undefined) {
      await this.#judge(ticketId, () => this.#ports.commands.letIn(scan.scanId));
    }
  }

  /** The admission was undone, or stands: either way the order says so. */
  forget(ticketId: TicketId): void {
    this.#set(ticketId, undefined);
    this.#ports.changed();
  }

  async #judge(ticketId: TicketId, run: () => Promise<Verdict>): Promise<void> {
    const before = this.of(ticketId);
    if (before?.busy === true) {
      return;
    }
    this.#set(ticketId, { busy: true });
    try {
      const verdict = await run();
      this.#ports.heard?.(verdict);
      this.#set(ticketId, { busy: false, scan: scanOf(verdict, this.#ports.gate()) });
    } catch (thrown) {
      this.#set(ticketId, { busy: false, trouble: saidBy(thrown), ...(before?.scan && { scan: before.scan }) });
    }
    this.#ports.changed();
  }

  #set(ticketId: TicketId, entered: Entered | undefined): void {
    const next = new Map(this.#entered);
    if (entered === undefined) {
      next.delete(ticketId);
    } else {
      next.set(ticketId, entered);
    }
    this.#entered = next;
  }
}
