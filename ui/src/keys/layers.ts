/**
 * Which key means what right now, without a document. Layers lie on one another: the frame at the bottom, the screen
 * on it, a dialog on top. A key goes to the highest layer that has it; an exclusive layer lets nothing through to
 * what it covers.
 */

/** `KeyboardEvent.key`, with `Control+` before it where that is held: `Enter`, `Escape`, `F2`, `Control+f`. */
export type KeyName = string;

export interface KeyBinding {
  readonly key: KeyName;
  /** What it does, in the words of the button that does the same. */
  readonly label: () => string;
  /** Absent for a key that something focused hears by itself: it is only shown. */
  readonly run?: () => void;
  /** Absent means always. */
  readonly enabled?: () => boolean;
}

export interface Layer {
  readonly exclusive: boolean;
  readonly bindings: () => readonly KeyBinding[];
}

/** Where the key was pressed, as far as it matters to who should have it. */
export type Focus = "text" | "pressable" | "elsewhere";

/**
 * Characters stay with text fields and scanners: a binding may be a named key or a Control chord, never a bare
 * character. A mistake here is the programmer's, so it throws.
 */
export function checkKeyName(key: KeyName): void {
  if ([...key].length === 1) {
    throw new RangeError(`"${key}" alone would take a character away from fields and scanners`);
  }
}

/** The binding that should run, if any. Enter on a focused button presses that button instead. */
export function bindingFor(layers: readonly Layer[], key: KeyName, focus: Focus): KeyBinding | undefined {
  if (focus === "pressable" && key === "Enter") {
    return undefined;
  }
  for (const layer of [...layers].reverse()) {
    const found = layer.bindings().find((binding) => binding.key === key && binding.run !== undefined);
    if (found !== undefined) {
      return found.enabled?.() === false ? undefined : found;
    }
    if (layer.exclusive) {
      return undefined;
    }
  }
  return undefined;
}

/** Where a key stands in the list: on and back first, the function keys by their number last. */
function rank(key: KeyName): number {
  const number = /^F(\d+)$/.exec(key)?.[1];
  return number === undefined ? ["Enter", "Escape", key].indexOf(key) : 2 + Number(number);
}

/** Every key that would do something now, the highest layer first; covered and repeated ones are left out. */
export function keysNow(layers: readonly Layer[]): KeyBinding[] {
  const shown: KeyBinding[] = [];
  for (const layer of [...layers].reverse()) {
    for (const binding of layer.bindings()) {
      if (!shown.some((other) => other.key === binding.key)) {
        shown.push(binding);
      }
    }
    if (layer.exclusive) {
      break;
    }
  }
  return shown.filter((binding) => binding.enabled?.() !== false).sort((one, other) => rank(one.key) - rank(other.key));
}
