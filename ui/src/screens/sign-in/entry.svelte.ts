/** Signing in: who, their PIN, and how long to wait after too many wrong ones. The clock is passed in. */

import { saidBy } from "../../app/said";
import type { StaffMember } from "../../backend/bindings";
import type * as commands from "../../backend/commands";

export type Answer =
  | { readonly kind: "none" }
  | { readonly kind: "wrong"; readonly left: number }
  | { readonly kind: "wait"; readonly until: number }
  /** `message` is the station's sentence, empty when there is none. */
  | { readonly kind: "trouble"; readonly message: string };

export class Entry {
  readonly #signIn: typeof commands.signIn;
  readonly #now: () => number;
  #who = $state.raw<StaffMember>();
  #answer = $state.raw<Answer>({ kind: "none" });
  #busy = $state(false);
  #tick = $state(0);

  pin = $state("");

  constructor(signIn: typeof commands.signIn, now: () => number, only?: StaffMember) {
    this.#signIn = signIn;
    this.#now = now;
    this.#who = only;
  }

  get who(): StaffMember | undefined {
    return this.#who;
  }
  get answer(): Answer {
    return this.#answer;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** Whole seconds until the next try; 0 when there is nothing to wait for. */
  get seconds(): number {
    void this.#tick;
    return this.#answer.kind === "wait" ? Math.max(0, Math.ceil((this.#answer.until - this.#now()) / 1000)) : 0;
  }
  get ready(): boolean {
    return this.#who !== undefined && this.pin.length >= 4 && !this.#busy && this.seconds === 0;
  }

  choose(who: StaffMember | undefined): void {
    this.#who = who;
    this.#answer = { kind: "none" };
    this.pin = "";
  }

  /** A complaint goes when the next PIN is begun; a wait stays until it is over. */
  typed(): void {
    if (this.#answer.kind !== "wait" || this.seconds === 0) {
      this.#answer = { kind: "none" };
    }
  }

  /** Call about once a second while there is something to wait for. */
  tick(): void {
    this.#tick += 1;
    if (this.#answer.kind === "wait" && this.seconds === 0) {
      this.#answer = { kind: "none" };
    }
  }

  /** Gives who is signed in now, or undefined with `answer` saying why nobody is. */
  async submit(): Promise<StaffMember | undefined> {
    const who = this.#who;
    if (who === undefined || !this.ready) {
      return undefined;
    }
    this.#busy = true;
    try {
      const outcome = await this.#signIn(who.staffId, this.pin);
      this.pin = "";
      switch (outcome.outcome) {
        case "signedIn":
          this.#answer = { kind: "none" };
          return outcome.staff;
        case "wrongPin":
          this.#answer = { kind: "wrong", left: outcome.left };
          return undefined;
        case "wait":
          this.#answer = { kind: "wait", until: Date.parse(outcome.until) };
          return undefined;
      }
    } catch (thrown) {
      this.#answer = { kind: "trouble", message: saidBy(thrown) };
      return undefined;
    } finally {
      this.#busy = false;
    }
  }
}

/** 8 is `0:08`, 75 is `1:15`. */
export function minutes(seconds: number): string {
  return `${Math.trunc(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
