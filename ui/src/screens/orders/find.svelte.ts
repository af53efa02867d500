/**
 * Finding orders and looking at one. Typing asks after a short pause; an answer that comes after a newer question was
 * asked is dropped. The first order found is opened, so that the detail never stands empty beside a list.
 */

import { saidBy } from "../../app/said";
import type { OrderId, OrderLine, OrderView } from "../../backend/bindings";
import type * as commands from "../../backend/commands";

export type FindCommands = Pick<typeof commands, "findOrders" | "order">;

/** Milliseconds without a key before the station is asked. */
export const pause = 150;

export class Finding {
  readonly #commands: FindCommands;
  #text = $state("");
  #asked = $state("");
  #rows = $state.raw<readonly OrderLine[]>();
  #trouble = $state<string>();
  #opened = $state.raw<OrderView>();
  #openId = $state<OrderId>();
  #openTrouble = $state<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = 0;

  constructor(commands: FindCommands) {
    this.#commands = commands;
  }

  get text(): string {
    return this.#text;
  }
  set text(next: string) {
    this.#text = next;
    clearTimeout(this.#timer);
    // One character finds nothing worth seeing, and the first one of a scan lies in the field until the scan is over.
    if (next.trim().length !== 1) {
      this.#timer = setTimeout(() => void this.ask(), pause);
    }
  }
  /** The text that `rows` answer. */
  get asked(): string {
    return this.#asked;
  }
  /** Absent until the first answer. */
  get rows(): readonly OrderLine[] | undefined {
    return this.#rows;
  }
  /** What the station said when it could not look; empty when it said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  get opened(): OrderView | undefined {
    return this.#opened;
  }
  get openId(): OrderId | undefined {
    return this.#openId;
  }
  get openTrouble(): string | undefined {
    return this.#openTrouble;
  }

  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#question += 1;
    const question = this.#question;
    const text = this.#text.trim();
    try {
      const rows = await this.#commands.findOrders(text);
      if (question === this.#question) {
        this.#rows = rows;
        this.#asked = text;
        this.#trouble = undefined;
        await this.#keepOpen(rows);
      }
    } catch (thrown) {
      if (question === this.#question) {
        this.#trouble = saidBy(thrown);
      }
    }
  }

  /** A scanned ticket stands in for its order's code, which is what people read. */
  async scanned(code: string): Promise<void> {
    this.#text = code;
    await this.ask();
    const [only, other] = this.#rows ?? [];
    if (this.#text === code && only !== undefined && other === undefined) {
      this.#text = only.code;
      this.#asked = only.code;
    }
  }

  async open(orderId: OrderId): Promise<void> {
    this.#openId = orderId;
    this.#openTrouble = undefined;
    if (this.#opened?.line.orderId !== orderId) {
      this.#opened = undefined;
    }
    try {
      const view = await this.#commands.order(orderId);
      if (this.#openId === orderId) {
        this.#opened = view;
        this.#rows = this.#rows?.map((line) => (line.orderId === orderId ? view.line : line));
      }
    } catch (thrown) {
      if (this.#openId === orderId) {
        this.#openTrouble = saidBy(thrown);
      }
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#question += 1;
  }

  async #keepOpen(rows: readonly OrderLine[]): Promise<void> {
    const next = rows.find((line) => line.orderId === this.#openId) ?? rows[0];
    if (next === undefined) {
      this.#openId = undefined;
      this.#opened = undefined;
    } else {
      await this.open(next.orderId);
    }
  }
}
