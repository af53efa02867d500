/** The venue's stations: listed, let in and shut out at a desk; and what is decided at this station about itself. */

import { saidBy } from "../../app/said";
import type { Fenced, Register, StationId, StationKind, StationLine } from "../../backend/bindings";
import type * as commands from "../../backend/commands";
import { inOrder, standingOf } from "./stations";

export type StationsCommands = Pick<typeof commands, "register" | "stations" | "approveStation" | "revokeStation" | "fenceStation" | "resumeStation">;

export type StationsWork = "approve" | "revoke" | "fence" | "found" | "resume";

export class Stations {
  readonly #commands: StationsCommands;
  #register = $state.raw<Register>();
  #lines = $state.raw<readonly StationLine[]>();
  #openId = $state<string>();
  #trouble = $state<string>();
  #notDone = $state<string>();
  #backOnSale = $state.raw<{ readonly stationId: StationId; readonly places: number }>();
  #busy = $state<StationsWork>();
  #question = 0;

  constructor(commands: StationsCommands) {
    this.#commands = commands;
  }

  /** How this station stands. Absent until the first answer. */
  get register(): Register | undefined {
    return this.#register;
  }
  /** Absent until the first answer, and at a station that is told of no others. */
  get lines(): readonly StationLine[] | undefined {
    return this.#lines;
  }
  get opened(): StationLine | undefined {
    return this.#lines?.find((line) => line.stationId === this.#openId);
  }
  /** What was said when the stations could not be read; empty when nothing was said. */
  get trouble(): string | undefined {
    return this.#trouble;
  }
  /** What was said when the last decision did not go through. */
  get notDone(): string | undefined {
    return this.#notDone;
  }
  /** How many places the last decision about the open station put back on sale. */
  get backOnSale(): number | undefined {
    return this.#backOnSale?.stationId === this.#openId ? this.#backOnSale?.places : undefined;
  }
  get busy(): StationsWork | undefined {
    return this.#busy;
  }

  open(stationId: string): void {
    this.#openId = stationId;
    this.#forgetLast();
  }

  /** What is being decided reads the list itself when it is done. */
  async load(): Promise<void> {
    if (this.#busy === undefined) {
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const question = ++this.#question;
    try {
      const register = await this.#commands.register();
      if (question !== this.#question) {
        return;
      }
      this.#register = register;
      const lines = standingOf(register) === "desk" ? inOrder(await this.#commands.stations()) : undefined;
      if (question === this.#question) {
        this.#lines = lines;
        this.#trouble = undefined;
        this.#keepOpened();
      }
    } catch (thrown) {
      if (question === this.#question) {
        this.#trouble = saidBy(thrown);
      }
    }
  }

  async approve(line: StationLine, kind: StationKind): Promise<void> {
    await this.#decide("approve", line, () => this.#commands.approveStation(line.stationId, kind));
  }

  /** Shuts a station out and puts its unsold places back on sale. A second call takes back what an interrupted one left. */
  async revoke(line: StationLine): Promise<void> {
    await this.#takeBack("revoke", line, () => this.#commands.revokeStation(line.stationId));
  }

  /** Puts a station's unsold places back on sale. The station stays let in. */
  async fence(line: StationLine): Promise<void> {
    await this.#takeBack("fence", line, () => this.#commands.fenceStation(line.stationId));
  }

  /** Lets this station in as the first desk of its venue. */
  async found(own: Register): Promise<void> {
    await this.#do("found", () => this.#commands.approveStation(own.stationId, "desk"));
  }

  /** Goes on with this copy of the station. */
  async resume(): Promise<void> {
    await this.#do("resume", () => this.#commands.resumeStation());
  }

  async #takeBack(what: StationsWork, line: StationLine, run: () => Promise<Fenced>): Promise<void> {
    await this.#decide(what, line, async () => {
      const { places } = await run();
      this.#backOnSale = { stationId: line.stationId, places };
    });
  }

  async #decide(what: StationsWork, line: StationLine, run: () => Promise<unknown>): Promise<void> {
    // It moves down the list and stays in sight.
    if (this.#busy === undefined) {
      this.#openId = line.stationId;
    }
    await this.#do(what, run);
  }

  /** One at a time. It is done when the list shows it, so that no button offers it a second time until then. */
  async #do(what: StationsWork, run: () => Promise<unknown>): Promise<void> {
    if (this.#busy !== undefined) {
      return;
    }
    this.#busy = what;
    this.#forgetLast();
    try {
      await run();
    } catch (thrown) {
      this.#notDone = saidBy(thrown);
    }
    await this.#read();
    this.#busy = undefined;
  }

  /** The screen no longer says what became of the last decision. */
  #forgetLast(): void {
    this.#notDone = undefined;
    this.#backOnSale = undefined;
  }

  /**
   * The open station stays open when another one comes before it: somebody may be about to let it in. Another one opens
   * only where it is gone.
   */
  #keepOpened(): void {
    if (this.opened === undefined) {
      this.#openId = this.#lines?.[0]?.stationId;
    }
  }
}
