/** Joining a cloud with a pairing code: what was pasted or scanned, what it names, and why it did not work. */

import { saidBy } from "../../app/said";
import type * as commands from "../../backend/commands";
import { namedBy, tidy, type Named } from "./pairing";

export type JoinCommands = Pick<typeof commands, "pair" | "syncNow">;

export class Joining {
  readonly #commands: JoinCommands;
  /** Comes back after a moment, so that nobody waits for a whole snapshot. */
  readonly #moment: () => Promise<void>;
  #text = $state("");
  #busy = $state(false);
  #tried = $state(false);
  #trouble = $state<string>();

  constructor(commands: JoinCommands, moment: () => Promise<void>) {
    this.#commands = commands;
    this.#moment = moment;
  }

  get text(): string {
    return this.#text;
  }
  set text(next: string) {
    this.#text = next;
    this.#tried = false;
    this.#trouble = undefined;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** Which cloud the text names; absent while it is no pairing code. */
  get named(): Named | undefined {
    return namedBy(this.#text);
  }
  /** Somebody wanted to go on with a text that is no pairing code. */
  get unreadable(): boolean {
    return this.#tried && this.named === undefined;
  }
  /** What the station said when it could not join; empty when it said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether the text may be used; says why not when it may not. */
  check(): boolean {
    this.#tried = true;
    return this.named !== undefined;
  }

  /** True when the station is paired; the events follow by themselves. */
  async join(): Promise<boolean> {
    if (this.#busy || !this.check()) {
      return false;
    }
    this.#busy = true;
    this.#trouble = undefined;
    try {
      await this.#commands.pair(tidy(this.#text));
    } catch (thrown) {
      this.#trouble = saidBy(thrown);
      this.#busy = false;
      return false;
    }
    // The first round brings the events; one that takes long or finds no network goes on without anybody waiting.
    await Promise.race([this.#commands.syncNow().catch(() => undefined), this.#moment()]);
    this.#busy = false;
    return true;
  }
}

/** Milliseconds that somebody who has just joined waits for the first round. */
export const firstRound = 8000;

export const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, firstRound));
