/** Short messages at the edge of the screen: what just happened, and for a while the way to take it back. */

import { untrack } from "svelte";
import { m } from "../i18n/index.svelte";
import type { SignKind } from "./Sign.svelte";

export interface Toast {
  readonly kind: SignKind;
  /** What happened, as a sentence. */
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Whether what it was about is over; then it goes by itself. Reads state, and no `$derived` of a component. */
  readonly over?: () => boolean;
  /** How long it stays; nothing that can be undone should go before somebody could read it. */
  readonly seconds?: number;
}

export interface ShownToast extends Toast {
  readonly id: number;
}

/** Seconds; a toast with an action stays longer, and a refusal stays until it is dismissed or four others came. */
const stay = { plain: 5, action: 10 } as const;
const most = 4;

let shown = $state.raw<readonly ShownToast[]>([]);
let nextId = 1;
let waits = $state(0);

export const toasts = {
  get shown(): readonly ShownToast[] {
    return shown;
  },
  /** Returns what takes it away again. */
  show(toast: Toast): () => void {
    const id = nextId;
    nextId += 1;
    shown = [...shown, { ...toast, id }].slice(-most);
    return () => {
      toasts.dismiss(id);
    };
  },
  /** For what was done at once and can be taken back: says what happened and offers Undo. */
  undoable(text: string, undo: () => void): () => void {
    return toasts.show({ kind: "info", text, action: { label: m.undo(), run: undo } });
  },
  /** Whether nothing is shown for now, because it would lie on something that has to be read first. */
  get waiting(): boolean {
    return waits > 0;
  },
  /** Keeps every toast back, unseen and with all its time, until what this returns is called. */
  wait(): () => void {
    untrack(() => (waits += 1));
    return () => {
      untrack(() => (waits -= 1));
    };
  },
  dismiss(id: number): void {
    shown = shown.filter((toast) => toast.id !== id);
  },
  /** Milliseconds until it goes by itself; `undefined` for never. */
  lifeOf(toast: Toast): number | undefined {
    if (toast.seconds !== undefined) {
      return toast.seconds * 1000;
    }
    if (toast.kind === "stop") {
      return undefined;
    }
    return (toast.action === undefined ? stay.plain : stay.action) * 1000;
  },
};
