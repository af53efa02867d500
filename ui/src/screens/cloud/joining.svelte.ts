/** Joining a cloud with a pairing code: what was typed or scanned, what it names, and why it did not work. */

import { saidBy } from "../../app/said";
import type * as commands from "../../backend/commands";
import { namedBy, tidy, type Named } from "./pairing";

export type JoinCommands = Pick<typeof commands, "pair" | "cancelPairing" | "syncNow">;

export class Joining {
  readonly #commands: JoinCommands;
  /** Comes back after a moment, so that nobody waits for a whole snapshot. */
  readonly #moment: () => Promise<void>;
  #text = $state("");
  #busy = $state(false);
  #asking = $state(false);
  #cancelled = false;
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
  /** The cloud is asked what it is made of; whoever waits may give up. */
  get asking(): boolean {
    return this.#asking;
  }
  /** Which house the text names; absent while it is no pairing code. */
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
    this.#asking = true;
    this.#cancelled = false;
    this.#trouble = undefined;
    try {
      await this.#commands.pair(tidy(this.#text));
    } catch (thrown) {
      this.#trouble = this.#cancelled ? undefined : saidBy(thrown);
      this.#busy = false;
      return false;
    } finally {
      this.#asking = false;
    }
    // The first round brings the events; one that takes long or finds no network goes on without anybody waiting.
    await Promise.race([this.#commands.syncNow().catch(() => undefined), this.#moment()]);
    this.#busy = false;
    return true;
  }

  /** Gives up waiting; what the cloud answered in the same moment counts all the same. */
  cancel(): void {
    if (this.#asking && !this.#cancelled) {
      this.#cancelled = true;
      // A station that cannot even be told so goes on until it has an answer, or until its own patience ends.
      void this.#commands.cancelPairing().catch(() => undefined);
    }
  }
}

/** Milliseconds that somebody who has just joined waits for the first round. */
export const firstRound = 8000;

export const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, firstRound));
