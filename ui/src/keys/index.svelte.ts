/**
 * The window's keys. A component says with `useKeys` what its keys do; while it is mounted they work and are listed
 * when Alt or ? is held. Enter is always "go on", Escape always "back".
 */

import { getContext, onDestroy, setContext, untrack } from "svelte";
import { m } from "../i18n/index.svelte";
import { bindingFor, checkKeyName, keysNow, type Focus, type KeyBinding, type KeyName, type Layer } from "./layers";

export type { KeyBinding, KeyName } from "./layers";

/** Long enough that Alt+Tab flashes nothing. */
const holdMs = 180;

interface OpenLayer extends Layer {
  readonly sources: Set<() => readonly KeyBinding[]>;
}

let layers = $state.raw<OpenLayer[]>([]);
let held = $state(false);
let version = $state(0);

/** Components come and go inside effects; what they change here must not become what those effects wait for. */
function changed(change: () => void): void {
  untrack(() => {
    change();
    version += 1;
  });
}

function makeLayer(exclusive: boolean): OpenLayer {
  const sources = new Set<() => readonly KeyBinding[]>();
  // What came last stands on what was there: a payment panel's Escape goes before the screen's own.
  return { exclusive, sources, bindings: () => [...sources].reverse().flatMap((source) => source()) };
}

const ground = makeLayer(false);
layers = [ground];
const layerContext = Symbol("keys");

/** Whether the caps of a component's keys should be drawn: somebody asks for them, and nothing covers the component. */
export interface Caps {
  readonly shown: boolean;
}

/** Adds keys to the layer the component is in, for as long as it lives. Call while the component is created. */
export function useKeys(bindings: () => readonly KeyBinding[]): Caps {
  const layer = getContext<OpenLayer | undefined>(layerContext) ?? ground;
  const checked = (): readonly KeyBinding[] => {
    const now = bindings();
    now.forEach((binding) => {
      if (binding.run !== undefined) {
        checkKeyName(binding.key);
      }
    });
    return now;
  };
  changed(() => layer.sources.add(checked));
  onDestroy(() => {
    changed(() => layer.sources.delete(checked));
  });
  return {
    get shown() {
      return held && !layers.slice(layers.indexOf(layer) + 1).some((above) => above.exclusive);
    },
  };
}

/**
 * Opens a layer for everything inside the component that calls it. `exclusive` for what covers the screen: a dialog,
 * an open list.
 */
export function useKeyLayer(exclusive: boolean): void {
  const layer = makeLayer(exclusive);
  setContext(layerContext, layer);
  changed(() => (layers = [...layers, layer]));
  onDestroy(() => {
    changed(() => (layers = layers.filter((other) => other !== layer)));
  });
}

export const keys = {
  /** True while Alt or ? is held: show what the keys do. */
  get shown(): boolean {
    return held;
  },
  /** What the keys do now. */
  get now(): KeyBinding[] {
    void version;
    return keysNow(layers);
  },
};

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) {
    return "elsewhere";
  }
  if (target.matches("textarea, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=button])")) {
    return "text";
  }
  return target.closest("button, a[href], summary, select, [role=button], [role=option], [role=combobox], tr[tabindex], [data-takes-enter]") ? "pressable" : "elsewhere";
}

function nameOf(event: KeyboardEvent): KeyName {
  const chord = event.ctrlKey || event.metaKey;
  return chord ? `Control+${event.key.length === 1 ? event.key.toLowerCase() : event.key}` : event.key;
}

/** Starts listening; call once for the window. Returns what stops it. */
export function startKeys(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function hide(): void {
    clearTimeout(timer);
    held = false;
  }

  function down(event: KeyboardEvent): void {
    const asksForKeys = event.key === "Alt" || (event.key === "?" && focusOf(event.target) !== "text");
    if (asksForKeys) {
      if (!event.repeat) {
        clearTimeout(timer);
        timer = setTimeout(() => (held = true), holdMs);
      }
      // Alt alone would open the system's window menu.
      event.preventDefault();
      return;
    }
    if (event.key !== "Shift") {
      hide();
    }
    if (event.defaultPrevented || event.isComposing || event.altKey || (event.repeat && event.key === "Enter")) {
      return;
    }
    const binding = bindingFor(layers, nameOf(event), focusOf(event.target));
    if (binding !== undefined) {
      event.preventDefault();
      binding.run?.();
    }
  }

  function up(event: KeyboardEvent): void {
    if (event.key === "Alt" || event.key === "?" || event.key === "Shift" || event.key === "/") {
      hide();
    }
  }

  // Capture: a dialog closing on Escape must not uncover the screen's own Escape before this listener has looked.
  const options = { capture: true };
  window.addEventListener("keydown", down, options);
  window.addEventListener("keyup", up, options);
  window.addEventListener("blur", hide);
  return () => {
    hide();
    window.removeEventListener("keydown", down, options);
    window.removeEventListener("keyup", up, options);
    window.removeEventListener("blur", hide);
  };
}

/** How a key is written on its cap in the current language. */
export function capOf(key: KeyName): string {
  const names: Record<string, () => string> = {
    Enter: m.key_enter,
    Escape: m.key_escape,
    Control: m.key_control,
    Delete: m.key_delete,
    Backspace: () => "⌫",
    Home: m.key_home,
    End: m.key_end,
    PageUp: m.key_page_up,
    PageDown: m.key_page_down,
    ArrowUp: () => "↑",
    ArrowDown: () => "↓",
    ArrowLeft: () => "←",
    ArrowRight: () => "→",
  };
  const parts = key.startsWith("Control+") ? ["Control", key.slice("Control+".length)] : [key];
  return parts.map((part) => names[part]?.() ?? (part.length === 1 ? part.toUpperCase() : part)).join(" ");
}
