/**
 * What stands at the gate at this moment: the verdicts that are not read yet, the count, the last scans. It draws nothing
 * and knows no words; time and the backend are handed in. Nothing here ever waits for somebody before the next scan.
 */

import { WicketError } from "../../backend";
import type * as commands from "../../backend/commands";
import type { EventId, GateCount, ScanId, TicketId, UndoOutcome, Verdict } from "../../backend/bindings";
import type { VerdictSound } from "../../sound";
import { Pile, type PileClock, type Shown, type Standing } from "./pile.svelte";
import { scanOf, scanOfLine, type Scan } from "./verdict";

const lastScans = 5;

/** Verdicts heard here that are remembered for their details. */
const rememberedScans = 50;

export interface BoardPorts extends PileClock {
  readonly commands: Pick<typeof commands, "admit" | "admitByHand" | "letIn" | "undoAdmission" | "recentScans" | "gateCount">;
  readonly play: (sound: VerdictSound) => void;
  /** Every verdict, also one that came late. */
  readonly heard?: (verdict: Verdict) => void;
  /** What came when the gate was no longer on screen, or was not read before it left. */
  readonly late?: (shown: Shown) => void;
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
  readonly #pile: Pile;
  #count = $state.raw<GateCount>();
  #scans = $state.raw<readonly Scan[]>([]);
  #loaded = $state(false);
  #stale = $state(false);
  #heard = new Map<string, Scan>();
  #asked = 0;
  #left = false;

  /** `eventId` is the event whose count is shown; `gate` says at each scan where it happens. */
  constructor(eventId: EventId, gate: () => Gate, ports: BoardPorts) {
    this.#eventId = eventId;
    this.#gate = gate;
    this.#ports = ports;
    this.#pile = new Pile(ports);
  }

  /** What has to be read, in the order in which it is. */
  get standing(): readonly Standing[] {
    return this.#pile.standing;
  }
  /** How many verdicts and faults came so far. */
  get turn(): number {
    return this.#pile.turn;
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

  /** Judges a ticket that a steward has chosen from its order. */
  async admit(ticketId: TicketId): Promise<void> {
    const gate = this.#gate();
    try {
      this.judged(await this.#ports.commands.admitByHand({ ticketId, gate: gate.name === "" ? null : gate.name, eventId: gate.eventId }));
    } catch (thrown) {
      this.faulted(asFault(thrown));
    }
  }

  /** Lets in all the same whom the hour alone kept out; the new verdict takes the refusal's place. */
  async letIn(scanId: ScanId): Promise<void> {
    try {
      const verdict = await this.#ports.commands.letIn(scanId);
      this.#pile.settle(scanId);
      this.judged(verdict);
    } catch (thrown) {
      this.#pile.hold(false);
      this.faulted(asFault(thrown));
    }
  }

  /** Takes an admission back; throws what went wrong. */
  async undo(scanId: ScanId): Promise<UndoOutcome> {
    try {
      return await this.#ports.commands.undoAdmission(scanId);
    } finally {
      await this.refresh();
    }
  }

  /** Keeps what stands first while somebody decides about it. */
  hold(held: boolean): void {
    this.#pile.hold(held);
  }

  judged(verdict: Verdict): void {
    const scan = scanOf(verdict, this.#gate().name);
    this.#ports.heard?.(verdict);
    this.#tell({ kind: "verdict", scan }, verdict.verdict === "admitted" ? "go" : "stop");
    if (!this.#left) {
      this.#remember(scan);
      void this.refresh();
    }
  }

  /** A scan without a verdict: nobody knows yet whether this person may go in. */
  faulted({ code, message }: { readonly code: string; readonly message: string }): void {
    this.#tell({ kind: "fault", code, message }, "ask");
  }

  /** Somebody has read what stands first. */
  acknowledge(): void {
    this.#pile.acknowledge();
  }

  /** Says whether the verdicts can be seen now. */
  seen(visible: boolean): void {
    this.#pile.seen(visible);
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

  /** The window shows something else: nothing may run on, and what nobody has read is told there. */
  leave(): void {
    this.#left = true;
    this.#asked += 1;
    for (const unread of this.#pile.clear()) {
      this.#ports.late?.(unread);
    }
  }

  #remember(scan: Scan): void {
    this.#heard.set(scan.scanId, scan);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > rememberedScans && oldest !== undefined) {
      this.#heard.delete(oldest);
    }
    this.#scans = [scan, ...this.#scans.filter((one) => one.scanId !== scan.scanId)].slice(0, lastScans);
  }

  #tell(shown: Shown, sound: VerdictSound): void {
    this.#ports.play(sound);
    if (this.#left) {
      this.#ports.late?.(shown);
    } else {
      this.#pile.add(shown);
    }
  }
}
