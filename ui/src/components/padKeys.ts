/** The keys of a keyboard that do what a number pad's do, to be shown with the others. */

import { m } from "../i18n/index.svelte";
import type { KeyBinding } from "../keys/index.svelte";

/** `clear` names what Delete does, where it does that. */
export function padKeys(clear: (() => string) | undefined, enabled: () => boolean): KeyBinding[] {
  return [
    { key: "0–9", label: m.pad_digits, enabled },
    { key: "Backspace", label: m.pad_delete, enabled },
    ...(clear === undefined ? [] : [{ key: "Delete", label: clear, enabled }]),
  ];
}
