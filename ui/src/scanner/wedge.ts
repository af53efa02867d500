/**
 * Tells a keyboard-wedge scanner from a person at the keyboard, from keys and their times alone. It touches no
 * document and reads no clock; `listen.ts` does both.
 *
 * A scanner set to another layout than the computer types other characters than it means; `layout.ts` knows what it
 * meant, by the places of the keys.
 *
 * A scanner types a whole code with a few milliseconds between keys. The first key looks like anybody's and is let
 * through. With no text field focused, keys are held from the second fast one on: when the burst turns out to be a code,
 * the first key is taken back too; when it does not (two keys of a quick typist), the held ones are given back in order.
 *
 * A text field keeps whatever is typed into it, however fast: password managers type like scanners. Only what begins
 * like one of our tickets is held back from it. But the Enter that ends so fast a burst is no "go on" of a person.
 */

import { beginsLikeOurs, deadKey, isOurs, isOursElsewhere, withoutMarks } from "./layout";

/** Milliseconds. Times are the event's own (`timeStamp`), so a busy window does not stretch a burst. */
export const pace = {
  /** A longer pause than this between two keys ends a burst. */
  betweenKeys: 35,
  /** After this long without a key the burst is judged, Enter or no Enter. */
  silence: 70,
  /** So long may a busy machine stutter within what began like one of our tickets and is not yet as long as one. */
  stutter: 200,
  /**
   * So much later than they were pressed may its keys reach a window that is busy drawing a camera; from the first
   * letter on, because a ticket without it is none.
   */
  late: 400,
  /** A late Enter, Tab or line feed this soon after a code still belongs to it. */
  suffix: 150,
} as const;

/** docs/contract.md, "Token in the QR": 148 characters. */
const ticketLength = 148;

/** Nobody types so many keys that fast: a burst from this length on comes from a machine. */
const shortestCode = 6;

export interface Stroke {
  /** `KeyboardEvent.key` */
  readonly key: string;
  /** What a US keyboard has at the key's place; absent where that is unknown. */
  readonly us?: string | undefined;
  readonly at: number;
  /** The key is held down and repeats; no scanner does that. */
  readonly repeat?: boolean;
  /** Control, Alt or Meta is down: a shortcut, not text. */
  readonly chord?: boolean;
  /** A text field has the focus. */
  readonly field?: boolean;
}

/**
 * What to do with a key. `release` and `scanned` may come together with either `pass` or `hold`:
 * `release` is text to give back to the focused field before the key takes effect;
 * `scanned` is a whole code, and `retract` says that the one character let through must be taken back.
 */
export interface Ruling {
  readonly pass: boolean;
  readonly release?: string;
  readonly scanned?: string;
  readonly retract?: boolean;
  /** This key begins a possible burst: remember the focused field as it is before the key. */
  readonly begins?: boolean;
}

export interface Wedge {
  key(stroke: Stroke): Ruling;
  /**
   * Judges the burst under way, whatever the time: held keys must never depend on two clocks agreeing. Call when no key
   * came for {@link Wedge.patience} after any key.
   */
  silence(at: number): Ruling;
  /** Milliseconds without a key after which the burst under way is over. */
  readonly patience: number;
  /** Whether a burst is under way. */
  readonly busy: boolean;
  /** Whether the burst under way is one of our tickets. */
  readonly ours: boolean;
  /**
   * Takes what an input method wrote in place of keys within one of our tickets; empty while it has not decided. Returns
   * whether that belongs to the scanner.
   */
  composed(text: string, at: number): boolean;
}

/** A burst as this computer wrote it, and as a US keyboard would have; the second is absent where a key's place is unknown. */
interface Burst {
  readonly typed: string;
  readonly us: string | undefined;
}

const nothing: Burst = { typed: "", us: "" };

function ours({ typed, us }: Burst): boolean {
  return isOurs(typed) || (us !== undefined && isOurs(us)) || isOursElsewhere(typed);
}

function mayBecomeOurs({ typed, us }: Burst): boolean {
  return beginsLikeOurs(typed) || (us !== undefined && beginsLikeOurs(us));
}

/** A ticket's code (base45, RFC 9285) or a pairing code (an address), with nothing in it that neither can have. */
const wellWritten = /^(?:wk1:[0-9a-z $%*+\-./:]*|wkp2:[\w$\-./:]*)$/i;

/**
 * Undoes what can be undone for certain: the scanner's marks; another keyboard layout, where the keys' places are known;
 * Caps Lock, because our alphabet has no lower case. The station restores or names what is left.
 */
function restored({ typed, us }: Burst): string {
  const written = [typed, us ?? ""].map(withoutMarks);
  const text = written.find((one) => wellWritten.test(one)) ?? withoutMarks(typed);
  return /^wk1:/i.test(text) ? text.toUpperCase() : text;
}

/** A control character (STX, ETX, a separator), as a scanner types it: Control and a character. */
function isControl(stroke: Stroke): boolean {
  return stroke.chord === true && [...stroke.key].length === 1;
}

function isSuffix(stroke: Stroke): boolean {
  if (stroke.chord === true) {
    return stroke.key === "j" || stroke.key === "m";
  }
  return stroke.key === "Enter" || stroke.key === "Tab";
}

/** A fresh state, with no burst under way. */
export function wedge(): Wedge {
  let burst = nothing;
  /** The end of the burst that was not let through. */
  let held = "";
  /** Where the burst began: its end belongs there too. */
  let inField = false;
  let last = Number.NEGATIVE_INFINITY;
  let scannedAt = Number.NEGATIVE_INFINITY;
  /** When a machine last filled a text field. */
  let filledAt = Number.NEGATIVE_INFINITY;

  const length = (): number => withoutMarks(burst.us !== undefined && isOurs(burst.us) ? burst.us : burst.typed).length;
  const unfinished = (): boolean => ours(burst) && length() < ticketLength;
  const patience = (): number => (unfinished() || mayBecomeOurs(burst) ? pace.late : pace.silence);
  const byMachine = (): boolean => ours(burst) || burst.typed.length >= shortestCode;

  /** Ends the burst under way: a code is handed over, anything else given back. */
  function judge(at: number): Omit<Ruling, "pass"> {
    const [whole, back, machine] = [burst, held.replaceAll(deadKey, ""), byMachine()];
    const code = machine && (ours(burst) || !inField);
    burst = nothing;
    held = "";
    if (code) {
      scannedAt = at;
      return { scanned: restored(whole), retract: true };
    }
    if (machine) {
      filledAt = at;
    }
    return back === "" ? {} : { release: back };
  }

  function suffix(stroke: Stroke, fast: boolean): Ruling {
    const idle = burst.typed === "";
    const ends = !idle && byMachine() && (fast || stroke.at - last <= pace.suffix);
    const ruling = judge(stroke.at);
    const wasScan = ruling.scanned !== undefined;
    const ofScan = idle ? stroke.at - scannedAt <= pace.suffix : ends && wasScan;
    const ofFill = idle ? stroke.at - filledAt <= pace.suffix : ends && !wasScan;
    // From field to field is where a password manager wants to go, and Tab presses nothing.
    return { ...ruling, pass: !ofScan && !(ofFill && stroke.key !== "Tab") };
  }

  function character(stroke: Stroke, fast: boolean): Ruling {
    const typed = [...stroke.key].length === 1 ? stroke.key : deadKey;
    if (fast && burst.typed !== "") {
      burst = {
        typed: burst.typed + typed,
        us: burst.us === undefined || stroke.us === undefined ? undefined : burst.us + stroke.us,
      };
      if (!inField || ours(burst) || mayBecomeOurs(burst)) {
        held += typed;
        return { pass: false };
      }
      const release = held.replaceAll(deadKey, "");
      held = "";
      return release === "" ? { pass: true } : { pass: true, release };
    }
    const before = judge(stroke.at);
    // Space presses a focused button and no code begins with it.
    if (stroke.key === " ") {
      return { ...before, pass: true };
    }
    burst = { typed, us: stroke.us };
    inField = stroke.field === true;
    return { ...before, pass: true, begins: true };
  }

  return {
    key(stroke) {
      if (["Shift", "CapsLock", "Control", "Alt", "AltGraph", "Meta"].includes(stroke.key)) {
        return { pass: true };
      }
      const fast = stroke.at - last <= (unfinished() ? pace.stutter : pace.betweenKeys);
      if (isSuffix(stroke) && stroke.repeat !== true) {
        return suffix(stroke, fast);
      }
      if (isControl(stroke) && ((fast && byMachine()) || (burst.typed === "" && stroke.at - scannedAt <= pace.suffix))) {
        last = stroke.at;
        return { pass: false };
      }
      // Where an input method has taken the key, its name tells nothing, but its place may.
      const taken = ["Process", "Unidentified"].includes(stroke.key);
      if (taken && stroke.us === undefined && ours(burst)) {
        last = stroke.at;
        return { pass: false };
      }
      const placed = taken && fast && burst.typed !== "" && stroke.us !== undefined;
      const printable = ([...stroke.key].length === 1 || stroke.key === "Dead" || placed) && stroke.chord !== true;
      if (!printable || stroke.repeat === true) {
        return { ...judge(stroke.at), pass: true };
      }
      const ruling = character(stroke, fast);
      last = stroke.at;
      return ruling;
    },
    get patience() {
      return patience();
    },
    get busy() {
      return burst.typed !== "";
    },
    get ours() {
      return ours(burst);
    },
    composed(text, at) {
      if (!ours(burst)) {
        return false;
      }
      // An accent alone: the dead key, and the space that ended it.
      const typed = /^[`´^~¨ˇ]$/.test(text) ? `${text} ` : text;
      burst = { typed: burst.typed + typed, us: undefined };
      held += typed;
      last = at;
      return true;
    },
    silence(at) {
      return { ...judge(at), pass: true };
    },
  };
}
