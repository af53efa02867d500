/**
 * The field at the gate for a ticket whose code no scanner can read. It takes an order's code, a name or a whole ticket
 * code; it lists the tickets it finds and admits the chosen one. Time and the backend are handed in.
 */

import { saidBy } from "../../app/said";
import type * as commands from "../../backend/commands";
import type { GateOrder, GateTicket, TicketId } from "../../backend/bindings";
import type { Gate } from "./board.svelte";
import { readTyped, type Typed } from "./hand";

/** Milliseconds without a key before the station is asked. */
export const pause = 200;

/** Fewer characters than this find too much. */
const shortestSearch = 2;

export interface HandPorts {
  readonly commands: Pick<typeof commands, "ordersAtGate">;
  readonly gate: () => Gate;
  /** Runs something later; what it returns calls it off. */
  readonly later: (milliseconds: number, run: () => void) => () => void;
  /** Judges a ticket's whole code. */
  readonly code: (text: string) => void;
  /** Judges a ticket that was chosen; the verdict stands when this ends. */
  readonly admit: (ticketId: TicketId) => Promise<void>;
}

export class Hand {
  readonly #ports: HandPorts;
  #text = $state("");
  /** The text that `orders` answer. */
  #asked = $state<string>();
  #orders = $state.raw<readonly GateOrder[]>([]);
  #trouble = $state<string>();
  #chosenId = $state<TicketId>();
  /** The ticket that somebody chose or let in. */
  #pickedId: TicketId | undefined;
  #admitting = $state(false);
  #question = 0;
  #callOff: (() => void) | undefined;

  constructor(ports: HandPorts) {
    this.#ports = ports;
  }

  get text(): string {
    return this.#text;
  }
  set text(next: string) {
    this.#text = next;
    this.#callOff?.();
    const typed = this.typed;
    if (typed.kind !== "search" || typed.text.length < shortestSearch) {
      this.#forget();
    } else if (typed.text !== this.#asked) {
      this.#callOff = this.#ports.later(pause, () => void this.ask());
    }
  }

  get typed(): Typed {
    return readTyped(this.#text);
  }
  /** What the text finds; absent until the station has answered for it. */
  get orders(): readonly GateOrder[] | undefined {
    return this.#asked === undefined || this.#asked !== this.#searched() ? undefined : this.#orders;
  }
  /** Why nothing could be looked up; empty where the station said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  /** The ticket that would be admitted. */
  get chosen(): GateTicket | undefined {
    return this.#tickets().find(({ ticket }) => ticket.ticketId === this.#chosenId);
  }
  get admitting(): boolean {
    return this.#admitting;
  }

  choose(ticketId: TicketId): void {
    this.#pickedId = ticketId;
    this.#chosenId = ticketId;
  }

  /** Goes `steps` tickets down the list, or up; it ends at either end. */
  move(steps: number): void {
    const tickets = this.#tickets();
    const at = tickets.findIndex(({ ticket }) => ticket.ticketId === this.#chosenId);
    const to = Math.min(Math.max(at + steps, 0), tickets.length - 1);
    const ticketId = tickets[to]?.ticket.ticketId;
    if (ticketId !== undefined) {
      this.choose(ticketId);
    }
  }

  /** Enter: judges a code, admits the chosen ticket, or looks the text up without waiting for the pause. */
  go(): void {
    const typed = this.typed;
    if (typed.kind === "code") {
      this.clear();
      this.#ports.code(typed.text);
    } else if (typed.kind === "search") {
      const { chosen } = this;
      if (chosen === undefined) {
        void this.ask();
      } else {
        void this.#admit(chosen.ticket.ticketId);
      }
    }
  }

  async ask(): Promise<void> {
    this.#callOff?.();
    const question = ++this.#question;
    const text = this.#searched();
    if (text === undefined) {
      return;
    }
    const { name, eventId } = this.#ports.gate();
    try {
      const orders = await this.#ports.commands.ordersAtGate(text, name === "" ? null : name, eventId);
      if (question === this.#question) {
        this.#take(text, orders);
      }
    } catch (thrown) {
      if (question === this.#question) {
        this.#forget();
        this.#trouble = saidBy(thrown);
      }
    }
  }

  clear(): void {
    this.text = "";
  }

  #searched(): string | undefined {
    const typed = this.typed;
    return typed.kind === "search" ? typed.text : undefined;
  }

  #tickets(): readonly GateTicket[] {
    return this.orders?.flatMap(({ tickets }) => tickets) ?? [];
  }

  /**
   * Keeps the choice while it is good; otherwise the first good ticket of its order is the likely one. Of several orders
   * only a person can choose: the Enter that was meant to search must let in nobody of the same name.
   */
  #take(text: string, orders: readonly GateOrder[]): void {
    const pickedId = text === this.#asked ? this.#pickedId : undefined;
    this.#asked = text;
    this.#orders = orders;
    this.#trouble = undefined;
    const picked = orders.find(({ tickets }) => tickets.some(({ ticket }) => ticket.ticketId === pickedId));
    this.#pickedId = picked && pickedId;
    const tickets = (picked ?? (orders.length === 1 ? orders[0] : undefined))?.tickets ?? [];
    const good = tickets.filter(({ reason }) => reason === null);
    const kept = good.find(({ ticket }) => ticket.ticketId === this.#chosenId);
    this.#chosenId = (kept ?? good[0] ?? tickets[0])?.ticket.ticketId;
  }

  /** After one ticket of an order its others are listed again; after the last one the field is empty. */
  async #admit(ticketId: TicketId): Promise<void> {
    if (this.#admitting) {
      return;
    }
    this.#admitting = true;
    this.#pickedId = ticketId;
    const order = this.orders?.find(({ tickets }) => tickets.some(({ ticket }) => ticket.ticketId === ticketId));
    const more = order?.tickets.some(({ ticket, reason }) => ticket.ticketId !== ticketId && reason === null) === true;
    try {
      await this.#ports.admit(ticketId);
    } finally {
      this.#admitting = false;
    }
    if (more) {
      await this.ask();
    } else {
      this.clear();
    }
  }

  #forget(): void {
    this.#question += 1;
    this.#asked = undefined;
    this.#orders = [];
    this.#trouble = undefined;
    this.#chosenId = undefined;
    this.#pickedId = undefined;
  }
}
