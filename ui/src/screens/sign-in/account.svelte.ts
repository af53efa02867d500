/**
 * Signing in with the organizer's account: name and password, a new password where the account asks for one, and a PIN for
 * the next times where there is none yet. Passwords are kept nowhere and leave this object as soon as they are used.
 */

import { inOne, saidAs, saidBy } from "../../app/said";
import type { StaffMember } from "../../backend/bindings";
import type * as commands from "../../backend/commands";
import { m } from "../../i18n/index.svelte";
import { pinFault, type PinFault } from "../setup/pin";

export type AccountCommands = Pick<typeof commands, "cloudSignIn" | "setPin">;

export type AccountStep = "password" | "newPassword" | "pin";

export class Account {
  readonly #commands: AccountCommands;
  #step = $state<AccountStep>("password");
  #told = $state<string>();
  #fault = $state<PinFault | "differs">();
  #busy = $state(false);
  #staff = $state.raw<StaffMember>();
  #notKept = $state<string>();

  user = $state("");
  password = $state("");
  newPassword = $state("");
  pin = $state("");
  again = $state("");

  constructor(commands: AccountCommands) {
    this.#commands = commands;
  }

  get step(): AccountStep {
    return this.#step;
  }
  /** Why it did not go on, for people; empty when the station said nothing. */
  get told(): string | undefined {
    return this.#told;
  }
  /** What is wrong with the PIN. */
  get fault(): PinFault | "differs" | undefined {
    return this.#fault;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** Who is signed in already, while they choose a PIN. */
  get staff(): StaffMember | undefined {
    return this.#staff;
  }
  /** Why the sign-in does not outlast a restart. */
  get notKept(): string | undefined {
    return this.#notKept;
  }
  get ready(): boolean {
    switch (this.#step) {
      case "password":
        return this.user.trim() !== "" && this.password !== "";
      case "newPassword":
        return this.newPassword !== "";
      case "pin":
        return this.pin !== "" && this.again !== "";
    }
  }

  /** Whatever is typed takes the complaint away. */
  typed(): void {
    this.#told = undefined;
    this.#fault = undefined;
  }

  /** Gives who may start to work; undefined when there is something left to do, or `told` says why not. */
  async submit(): Promise<StaffMember | undefined> {
    if (this.#busy || !this.ready) {
      return undefined;
    }
    this.typed();
    this.#busy = true;
    try {
      return await (this.#step === "pin" ? this.#savePin() : this.#signIn());
    } catch (thrown) {
      this.#told = saidBy(thrown);
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  async #signIn(): Promise<StaffMember | undefined> {
    const outcome = await this.#commands.cloudSignIn(this.user.trim(), this.password, this.#step === "newPassword" ? this.newPassword : null);
    switch (outcome.outcome) {
      case "newPassword":
        this.#step = "newPassword";
        return undefined;
      case "refused":
        this.#told = inOne(saidAs(m.account_refused, outcome.message));
        if (this.#step === "password") {
          this.password = "";
        }
        return undefined;
      case "signedIn":
        this.password = "";
        this.newPassword = "";
        this.#notKept = outcome.notKept ?? undefined;
        if (outcome.hasPin) {
          return outcome.staff;
        }
        this.#staff = outcome.staff;
        this.#step = "pin";
        return undefined;
    }
  }

  async #savePin(): Promise<StaffMember | undefined> {
    const fault = pinFault(this.pin) ?? (this.pin === this.again ? undefined : "differs");
    if (fault !== undefined) {
      this.#fault = fault;
      this.again = "";
      return undefined;
    }
    await this.#commands.setPin(this.pin);
    return this.#staff;
  }
}
