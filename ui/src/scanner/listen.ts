/**
 * Hears a keyboard-wedge scanner at any focus. It listens before everything else in the window, so that a code
 * reaches neither a field nor a shortcut, and its Enter or Tab presses nothing and moves no focus.
 */

import { typedInUs } from "./layout";
import { wedge, type Ruling } from "./wedge";

/** Sent to the window when the first character of a code must be taken back; the number pads listen to it. */
export const retractEvent = "wicket:retract";

/** Milliseconds after which a time-out did not merely come a little later than asked for. */
const late = 15;

/** So often a late time-out is waited for again. Held keys must come back even where every time-out is late. */
const moreWaits = 2;

type Field = HTMLInputElement | HTMLTextAreaElement;

/** A field as it was before the first character of a possible code. */
interface Before {
  readonly field: Field;
  readonly value: string;
  readonly start: number | null;
  readonly end: number | null;
}

/** Keys given back by this module; they are not ruled on a second time. */
const ours = new WeakSet<Event>();

function focusedField(): Field | undefined {
  const active = document.activeElement;
  const typable = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(active.type));
  return typable && !active.readOnly && !active.disabled ? active : undefined;
}

/** Through the prototype's setter and an input event, so that Svelte's bindings see it as typing. */
function announce(field: Field): void {
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
}

function remember(): Before | undefined {
  const field = focusedField();
  return field && { field, value: field.value, start: field.selectionStart, end: field.selectionEnd };
}

function takeBack(before: Before | undefined): void {
  window.dispatchEvent(new CustomEvent(retractEvent));
  restore(before);
}

function restore(before: Before | undefined): void {
  if (before === undefined || before.field.value === before.value) {
    return;
  }
  before.field.value = before.value;
  if (before.start !== null) {
    before.field.setSelectionRange(before.start, before.end ?? before.start);
  }
  announce(before.field);
}

/** Gives held keys back to the field they were typed into, even if the focus has moved on since. */
function giveBack(text: string, typedInto: Field | undefined): void {
  const field = typedInto?.isConnected === true ? typedInto : focusedField();
  if (field !== undefined) {
    const { selectionStart: from, selectionEnd: to } = field;
    if (from === null) {
      // A field for numbers or addresses has no selection to ask for.
      field.value += text;
    } else {
      field.setRangeText(text, from, to ?? from, "end");
    }
    announce(field);
    return;
  }
  // Pads and lists listen for keys themselves.
  for (const key of text) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    ours.add(event);
    (document.activeElement ?? document.body).dispatchEvent(event);
  }
}

/**
 * Sends the input method away, so that a dead key is one key again: with it, WebKit hides which keys were pressed. It
 * goes when a field loses the focus, and stays for a field that was taken away while it had it.
 */
function dismissInputMethod(field: Field | undefined): void {
  if (field !== undefined) {
    field.blur();
    return;
  }
  const bait = document.createElement("input");
  bait.style.cssText = "position: fixed; opacity: 0; pointer-events: none";
  bait.tabIndex = -1;
  bait.setAttribute("aria-hidden", "true");
  const focused = document.activeElement;
  document.body.append(bait);
  bait.focus({ preventScroll: true });
  bait.blur();
  bait.remove();
  if (focused instanceof HTMLElement && focused !== document.body) {
    focused.focus({ preventScroll: true });
  }
}

/** Calls `onScan` with each code until the returned function is called. At most one listener should run in a window. */
export function listenForScans(onScan: (text: string) => void): () => void {
  const state = wedge();
  const swallowed = new Set<string>();
  let before: Before | undefined;
  /** A burst of ours is under way, and the input method was sent away; its field gets the focus back. */
  let alone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function apply(ruling: Ruling): void {
    if (alone && !state.ours) {
      alone = false;
      if (before?.field.isConnected === true && focusedField() === undefined) {
        before.field.focus({ preventScroll: true });
      }
    }
    if (ruling.retract === true) {
      takeBack(before);
    }
    if (ruling.release !== undefined) {
      giveBack(ruling.release, before?.field);
    }
    if (ruling.scanned !== undefined) {
      onScan(ruling.scanned);
    }
  }

  function down(event: KeyboardEvent): void {
    // A dead key within a burst starts a composition; the keys after it are the scanner's all the same.
    if (ours.has(event) || (event.isComposing && !state.busy)) {
      return;
    }
    const chord = event.ctrlKey || event.altKey || event.metaKey;
    const ruling = state.key({
      key: event.key,
      us: typedInUs(event.code, event.shiftKey),
      at: event.timeStamp,
      repeat: event.repeat,
      chord,
      field: focusedField() !== undefined,
    });
    // Before anything that could go wrong: held keys must come back.
    awaitSilence(event.timeStamp);
    if (!ruling.pass) {
      swallowed.add(event.code);
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    apply(ruling);
    if (ruling.begins === true) {
      before = remember();
    }
    if (!alone && state.ours) {
      alone = true;
      // First, so that whoever hears that the field was left finds it as it was.
      restore(before);
      dismissInputMethod(before?.field);
    }
  }

  /** What an input method wrote before it went. */
  function written(event: Event): void {
    const { data } = event as InputEvent;
    if (!alone || typeof data !== "string" || data === "") {
      return;
    }
    if (state.composed(data, event.timeStamp)) {
      awaitSilence(event.timeStamp);
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  /**
   * A time-out that comes late says that the window was busy, and keys may have piled up outside of it (WebKit hands
   * them in one by one): they are heard before the burst is judged.
   */
  function awaitSilence(lastKey: number, waits = moreWaits): void {
    clearTimeout(timer);
    const { patience } = state;
    const due = performance.now() + patience;
    timer = setTimeout(() => {
      if (waits > 0 && performance.now() - due > late) {
        awaitSilence(lastKey, waits - 1);
      } else {
        timer = setTimeout(() => {
          apply(state.silence(lastKey + patience));
        }, 0);
      }
    }, patience);
  }

  function up(event: KeyboardEvent): void {
    if (swallowed.delete(event.code)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  window.addEventListener("keydown", down, { capture: true });
  window.addEventListener("keyup", up, { capture: true });
  // The older event: it comes once for what was decided, with a field and without one.
  window.addEventListener("textInput", written, { capture: true });
  return () => {
    clearTimeout(timer);
    window.removeEventListener("keydown", down, { capture: true });
    window.removeEventListener("keyup", up, { capture: true });
    window.removeEventListener("textInput", written, { capture: true });
  };
}
