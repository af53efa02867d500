/**
 * What stands at the gate at this moment: the verdict being read, the count, the last scans. It draws nothing and
 * knows no words; time and the backend are handed in. Nothing here ever waits for somebody before the next scan.
 */

import { WicketError } from "../../backend";
import type * as commands from "../../backend/commands";
import type { EventId, GateCount, Verdict } from "../../backend/bindings";
import type { VerdictSound } from "../../sound";
import { scanOf, scanOfLine, type Scan } from "./verdict";

/** Milliseconds an admission stays when nobody comes after. */
export const readingTime = 1200;

const lastScans = 5;

/** Verdicts heard here that are remembered for their details. */
const rememberedScans = 50;

export type Shown = { readonly kind: "verdict"; readonly scan: Scan } | { readonly kind: "fault"; readonly code: string; readonly message: string };

export interface BoardPorts {
  readonly commands: Pick<typeof commands, "admit" | "recentScans" | "gateCount">;
  /** Runs something later; what it returns calls it off. */
  readonly later: (milliseconds: number, run: () => void) => () => void;
  readonly play: (sound: VerdictSound) => void;
  /** A verdict that came when the gate was no longer on screen. */
  readonly late?: (verdict: Verdict) => void;
}

/** Where this gate admits now. */
export interface Gate {
  /** Empty for a gate without a name. */
  readonly name: string;
  /** Null admits to any event. */
  readonly eventId: EventId | null;
}

function asFault(thrown: unknown): { code: string; message: string } {
  return thrown instanceof WicketError ? thrown : new WicketError("unknown", thrown instanceof Error ? thrown.message : "", thrown);
}

export class Board {
  readonly #ports: BoardPorts;
  readonly #eventId: EventId;
  readonly #gate: () => Gate;
  #shown = $state.raw<Shown>();
  /** Counts what was shown, so that the same verdict twice is seen to be two. */
  #turn = $state(0);
  #count = $state.raw<GateCount>();
  #scans = $state.raw<readonly Scan[]>([]);
  #loaded = $state(false);
  #stale = $state(false);
  #heard = new Map<string, Scan>();
  #callOff: (() => void) | undefined;
  #asked = 0;
  #left = false;

  /** `eventId` is the event whose count is shown; `gate` says at each scan where it happens. */
  constructor(eventId: EventId, gate: () => Gate, ports: BoardPorts) {
    this.#eventId = eventId;
    this.#gate = gate;
    this.#ports = ports;
  }

  get shown(): Shown | undefined {
    return this.#shown;
  }
  get turn(): number {
    return this.#turn;
  }
  get count(): GateCount | undefined {
    return this.#count;
  }
  /** Newest first. */
  get scans(): readonly Scan[] {
    return this.#scans;
  }
  get loaded(): boolean {
    return this.#loaded;
  }
  /** The count could not be read the last time. */
  get stale(): boolean {
    return this.#stale;
  }

  /** Judges a text from a hand scanner or the keyboard. */
  async scan(text: string): Promise<void> {
    const gate = this.#gate();
    try {
      this.judged(await this.#ports.commands.admit({ text, gate: gate.name === "" ? null : gate.name, eventId: gate.eventId }));
    } catch (thrown) {
      this.faulted(asFault(thrown));
    }
  }

  judged(verdict: Verdict): void {
    if (this.#left) {
      this.#ports.late?.(verdict);
      return;
    }
    const scan = scanOf(verdict, this.#gate().name);
    this.#remember(scan);
    this.#show({ kind: "verdict", scan });
    this.#ports.play(verdict.verdict === "admitted" ? "go" : "stop");
    if (verdict.verdict === "admitted") {
      this.#callOff = this.#ports.later(readingTime, () => {
        this.#callOff = undefined;
        this.#shown = undefined;
      });
    }
    void this.refresh();
  }

  /** A scan without a verdict: nobody knows yet whether this person may go in. */
  faulted({ code, message }: { readonly code: string; readonly message: string }): void {
    this.#show({ kind: "fault", code, message });
    this.#ports.play("ask");
  }

  acknowledge(): void {
    this.#stopTimer();
    this.#shown = undefined;
  }

  /** Reads the count and the last scans. An answer that another question has overtaken is dropped. */
  async refresh(): Promise<void> {
    const question = ++this.#asked;
    const { commands } = this.#ports;
    try {
      const [count, lines] = await Promise.all([commands.gateCount(this.#eventId), commands.recentScans(this.#gate().eventId, lastScans)]);
      if (question === this.#asked) {
        this.#count = count;
        this.#scans = lines.map((line) => scanOfLine(line, this.#heard.get(line.scanId)));
        this.#loaded = true;
        this.#stale = false;
      }
    } catch {
      if (question === this.#asked) {
        this.#stale = true;
      }
    }
  }

  /** The window shows something else: nothing may run on. */
  leave(): void {
    this.#left = true;
    this.#stopTimer();
    this.#asked += 1;
  }

  #remember(scan: Scan): void {
    this.#heard.set(scan.scanId, scan);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > rememberedScans && oldest !== undefined) {
      this.#heard.delete(oldest);
    }
    this.#scans = [scan, ...this.#scans.filter((one) => one.scanId !== scan.scanId)].slice(0, lastScans);
  }

  #show(shown: Shown): void {
    this.#stopTimer();
    this.#shown = shown;
    this.#turn += 1;
  }

  #stopTimer(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }
}
