/** The window is no browser: what would load its page again, or offer to, is kept away from it. */

function takesText(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea") !== null;
}

function reloads(event: KeyboardEvent): boolean {
  return event.key === "F5" || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "r");
}

/** Returns what lets it all through again. */
export function keepPage(): () => void {
  const menu = (event: Event): void => {
    // A text field's own menu has paste in it, for people without a keyboard.
    if (!takesText(event.target)) {
      event.preventDefault();
    }
  };
  const key = (event: KeyboardEvent): void => {
    if (reloads(event)) {
      event.preventDefault();
    }
  };
  window.addEventListener("contextmenu", menu, { capture: true });
  window.addEventListener("keydown", key, { capture: true });
  return () => {
    window.removeEventListener("contextmenu", menu, { capture: true });
    window.removeEventListener("keydown", key, { capture: true });
  };
}
