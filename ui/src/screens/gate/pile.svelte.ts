/**
 * The verdicts that stand at the gate and have not been read yet. What refuses comes first. Each is read in its turn: its
 * time runs while it can be seen and everything before it has been read. Nothing takes another's place unread.
 *
 * It knows no words and no sounds; time is handed in.
 */

import type { ScanId } from "../../backend/bindings";
import type { Scan } from "./verdict";

/** Milliseconds it takes to read an admission; then it goes by itself. */
export const readingTime = 1200;
/** Milliseconds it takes to read why not. Then it stays, but makes room for the next scan. */
export const stoppingTime = 4000;
/** So many can be seen at once; the others wait for a place. */
export const mostSeen = 4;
/** Milliseconds in which a press may still be meant for what stood in the first place before. */
export const graceTime = 400;

export type Shown =
  | { readonly kind: "verdict"; readonly scan: Scan }
  | { readonly kind: "fault"; readonly code: string; readonly message: string };

export type Standing = Shown & {
  /** Counts what was shown, so that the same verdict twice is seen to be two. */
  readonly turn: number;
};

export interface PileClock {
  /** Milliseconds since some moment; it never goes back. */
  readonly now: () => number;
  /** Runs something later; what it returns calls it off. */
  readonly later: (milliseconds: number, run: () => void) => () => void;
}

interface Entry {
  readonly standing: Standing;
  /** Milliseconds of reading that are left; 0 when it has been read. */
  left: number;
}

function isAdmission(shown: Shown): boolean {
  return shown.kind === "verdict" && shown.scan.verdict === "admitted";
}

/** Refusals, then scans without a verdict, then admissions. */
function rank(shown: Shown): number {
  return isAdmission(shown) ? 2 : shown.kind === "fault" ? 1 : 0;
}

/** The same ticket, refused for the same reason: what was read of one holds for the other. Two faults may be of two people. */
function repeats(one: Shown, other: Shown): boolean {
  if (one.kind === "fault" || other.kind === "fault") {
    return false;
  }
  const ticket = one.scan.ticket?.ticketId;
  return ticket !== undefined && ticket === other.scan.ticket?.ticketId && one.scan.reason === other.scan.reason && !isAdmission(one) && !isAdmission(other);
}

export class Pile {
  readonly #clock: PileClock;
  #entries: Entry[] = [];
  #standing = $state.raw<readonly Standing[]>([]);
  #turn = $state(0);
  #visible = true;
  /** Since when the entry being read is read. */
  #since = 0;
  #callOff: (() => void) | undefined;
  #deafUntil = Number.NEGATIVE_INFINITY;
  /** Somebody decides about the first one: it stays whatever comes. */
  #held = false;

  constructor(clock: PileClock) {
    this.#clock = clock;
  }

  /** In the order they are read. */
  get standing(): readonly Standing[] {
    return this.#standing;
  }
  /** How many came so far. */
  get turn(): number {
    return this.#turn;
  }

  add(shown: Shown): void {
    this.#stop();
    const led = this.#entries[0];
    this.#turn += 1;
    const entry: Entry = { standing: { ...shown, turn: this.#turn }, left: isAdmission(shown) ? readingTime : stoppingTime };
    const kept = this.#held ? led : undefined;
    const unread = this.#entries.filter((one) => one === kept || (one.left > 0 && !repeats(one.standing, shown)));
    const before = unread.filter((one) => one === kept || rank(one.standing) <= rank(shown));
    this.#entries = [...before, entry, ...unread.slice(before.length)];
    this.#spare(led);
    this.#go();
  }

  /** Somebody has read the first one. A press that came too soon after it to be meant for it does nothing. */
  acknowledge(): void {
    if (this.#clock.now() < this.#deafUntil) {
      return;
    }
    this.#take(this.#entries[0]);
  }

  /** Takes away the verdict of one scan: another one has taken its place. */
  settle(scanId: ScanId): void {
    this.#take(this.#entries.find(({ standing }) => standing.kind === "verdict" && standing.scan.scanId === scanId));
  }

  /** Keeps the first one, and all time, while somebody decides about it. */
  hold(held: boolean): void {
    this.#stop();
    this.#held = held;
    this.#go();
  }

  /** Says whether the pile can be seen: nothing is read behind another window or under a sheet. */
  seen(visible: boolean): void {
    if (visible !== this.#visible) {
      this.#stop();
      this.#visible = visible;
      this.#go();
    }
  }

  /** Takes everything away; returns what nobody has read. */
  clear(): readonly Shown[] {
    this.#stop();
    const unread = this.#entries.filter(({ left }) => left > 0).map(({ standing }) => standing);
    this.#entries = [];
    this.#standing = [];
    this.#held = false;
    return unread;
  }

  #take(entry: Entry | undefined): void {
    this.#stop();
    this.#held &&= entry !== this.#entries[0];
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#go();
  }

  /** Its time is over: nobody took it away. */
  #leaveOut(entry: Entry): void {
    const led = this.#entries[0];
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#spare(led);
  }

  /** A press that is still meant for `led` must not reach what has come into its place by itself. */
  #spare(led: Entry | undefined): void {
    if (led !== undefined && led !== this.#entries[0]) {
      this.#deafUntil = this.#clock.now() + graceTime;
    }
  }

  #reading(): Entry | undefined {
    return this.#entries.find(({ left }) => left > 0);
  }

  #go(): void {
    this.#standing = this.#entries.map(({ standing }) => standing);
    const reading = this.#reading();
    if (!this.#visible || this.#held || reading === undefined) {
      return;
    }
    this.#since = this.#clock.now();
    this.#callOff = this.#clock.later(reading.left, () => {
      this.#callOff = undefined;
      reading.left = 0;
      // What refuses stays for whoever looks again, unless another one waits for its place.
      if (isAdmission(reading.standing) || this.#entries.length > mostSeen) {
        this.#leaveOut(reading);
      }
      this.#go();
    });
  }

  /** Keeps what was read so far. */
  #stop(): void {
    const reading = this.#reading();
    if (this.#callOff !== undefined && reading !== undefined) {
      // A moment is left in any case: what is over is over by the timer alone.
      reading.left = Math.max(reading.left - (this.#clock.now() - this.#since), 1);
    }
    this.#callOff?.();
    this.#callOff = undefined;
  }
}
