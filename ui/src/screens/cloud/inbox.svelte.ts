/** The conflicts that were found: listed, looked at, marked as settled. */

import { saidBy } from "../../app/said";
import type { ConflictLine } from "../../backend/bindings";
import type * as commands from "../../backend/commands";
import { inOrder } from "./conflicts";

export type InboxCommands = Pick<typeof commands, "conflicts" | "settleConflict">;

export class Inbox {
  readonly #commands: InboxCommands;
  #lines = $state.raw<readonly ConflictLine[]>();
  #openId = $state<string>();
  #trouble = $state<string>();
  #notSettled = $state<string>();
  #busy = $state(false);
  #question = 0;

  constructor(commands: InboxCommands) {
    this.#commands = commands;
  }

  /** Absent until the first answer. */
  get lines(): readonly ConflictLine[] | undefined {
    return this.#lines;
  }
  get opened(): ConflictLine | undefined {
    return this.#lines?.find((line) => line.conflictId === this.#openId) ?? this.#lines?.[0];
  }
  /** What the station said when it could not tell; empty when it said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  /** What it said when the opened one could not be marked. */
  get notSettled(): string | undefined {
    return this.#notSettled;
  }
  get busy(): boolean {
    return this.#busy;
  }

  open(conflictId: string): void {
    this.#openId = conflictId;
    this.#notSettled = undefined;
  }

  async load(): Promise<void> {
    const question = ++this.#question;
    try {
      const lines = await this.#commands.conflicts();
      if (question === this.#question) {
        this.#lines = inOrder(lines);
        this.#trouble = undefined;
      }
    } catch (thrown) {
      if (question === this.#question) {
        this.#trouble = saidBy(thrown);
      }
    }
  }

  async settle(line: ConflictLine): Promise<void> {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    this.#notSettled = undefined;
    // It moves down the list and stays in sight.
    this.#openId = line.conflictId;
    try {
      await this.#commands.settleConflict(line.eventId, line.conflictId);
    } catch (thrown) {
      this.#notSettled = saidBy(thrown);
    } finally {
      this.#busy = false;
    }
    await this.load();
  }
}
