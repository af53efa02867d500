/**
 * The first start's three questions. Going on is refused where an answer is missing, and says which; going back keeps
 * every answer.
 */

import { saidBy } from "../../app/said";
import type { OfferedKind } from "../../app/stationKinds";
import type { StaffMember } from "../../backend/bindings";
import type * as commands from "../../backend/commands";
import type { Joining } from "../cloud/joining.svelte";
import { pinFault, type PinFault } from "./pin";

export type Step = "station" | "person" | "content";
export const steps: readonly Step[] = ["station", "person", "content"];

/** What a station starts with: events to try things out, nothing, or what a cloud has. */
export type Content = "sample" | "empty" | "join";

/** Where the next thing to type is. */
export type Place = "station" | "supervisor" | "pin" | "again";

export type Fault = { readonly at: Place; readonly why: "missing" | "differs" | PinFault };

/** A name of a station or person is this long at most (`station`, `setup`). */
export const nameMost = 60;

type Commands = Pick<typeof commands, "setUp" | "unprintable">;

export class Wizard {
  readonly #commands: Commands;
  /** The pairing code for {@link Content} `join`. */
  readonly joining: Joining;
  #supervisorDone = $state.raw<StaffMember>();
  #step = $state<Step>("station");
  #fault = $state.raw<Fault>();
  #trouble = $state<string>();
  #busy = $state(false);
  #unprintable = $state.raw<readonly string[]>([]);

  station = $state("");
  kind = $state<OfferedKind>("till");
  supervisor = $state("");
  pin = $state("");
  again = $state("");
  content = $state<Content>("sample");

  constructor(ports: Commands, joining: Joining) {
    this.#commands = ports;
    this.joining = joining;
  }

  get step(): Step {
    return this.#step;
  }
  get number(): number {
    return steps.indexOf(this.#step) + 1;
  }
  /** What keeps this step from going on; none until somebody tried. */
  get fault(): Fault | undefined {
    return this.#fault;
  }
  /** What the station said when it could not be set up; empty when it said nothing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** The supervisor of a station that is set up and has not joined yet: it can go on alone. */
  get mayGoOn(): StaffMember | undefined {
    return this.#supervisorDone;
  }

  /** The letters of the station's name that tickets leave out. */
  get unprintable(): readonly string[] {
    return this.#unprintable;
  }

  /** The station's name was typed: asks which of its letters tickets leave out. */
  async named(): Promise<void> {
    const name = this.station;
    const letters = await this.#commands.unprintable(name).catch(() => []);
    // The answer to an older name comes too late.
    if (name === this.station) {
      this.#unprintable = letters;
    }
  }

  /** Whatever is typed takes the complaint away. */
  typed(): void {
    this.#fault = undefined;
    this.#trouble = undefined;
  }

  /**
   * Enter in a field leads to the first one that is still empty, without a word; `from` is that field. Otherwise the
   * step is checked and left. Gives where to type next.
   */
  next(from?: Place): Place | undefined {
    const wrong = this.#check();
    if (wrong === undefined) {
      this.#fault = undefined;
      this.#step = steps[steps.indexOf(this.#step) + 1] ?? this.#step;
      return undefined;
    }
    const merelyNext = from !== undefined && wrong.why === "missing" && wrong.at !== from;
    this.#fault = merelyNext ? undefined : wrong;
    if (wrong.why === "differs") {
      this.again = "";
    }
    return wrong.at;
  }

  back(): void {
    this.typed();
    this.#step = steps[steps.indexOf(this.#step) - 1] ?? this.#step;
  }

  /**
   * Gives the new supervisor, who is signed in then; undefined when it did not work, with `trouble` or `joining` saying why.
   * A station that was set up and could not join is not set up a second time.
   */
  async finish(): Promise<StaffMember | undefined> {
    const joins = this.content === "join";
    if (this.#busy || (joins && !this.joining.check())) {
      return undefined;
    }
    this.#busy = true;
    this.#trouble = undefined;
    try {
      const supervisor = this.#supervisorDone ?? (await this.#commands.setUp(this.station.trim(), this.kind, this.supervisor.trim(), this.pin, this.content === "sample"));
      this.#supervisorDone = joins ? supervisor : undefined;
      return joins && !(await this.joining.join()) ? undefined : supervisor;
    } catch (thrown) {
      this.#trouble = saidBy(thrown);
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  #check(): Fault | undefined {
    if (this.#step === "station") {
      return this.station.trim() === "" ? { at: "station", why: "missing" } : undefined;
    }
    if (this.#step === "content") {
      return undefined;
    }
    if (this.supervisor.trim() === "") {
      return { at: "supervisor", why: "missing" };
    }
    if (this.pin === "") {
      return { at: "pin", why: "missing" };
    }
    const why = pinFault(this.pin);
    if (why !== undefined) {
      return { at: "pin", why };
    }
    if (this.again === "") {
      return { at: "again", why: "missing" };
    }
    return this.again === this.pin ? undefined : { at: "again", why: "differs" };
  }
}
