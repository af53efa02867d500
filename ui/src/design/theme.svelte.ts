/**
 * Which palette the window wears: the system's, or the one chosen here for this station.
 * Only this module sets `data-theme`.
 */

export type Theme = "system" | "light" | "dark";

const remembered = "wicket.theme";

function readChoice(): Theme {
  try {
    const stored = localStorage.getItem(remembered);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

const system = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : undefined;
let chosen = $state<Theme>(readChoice());
let systemIsDark = $state(system?.matches ?? false);
let here = $state<"light" | "dark">();

function wear(): void {
  document.documentElement.dataset["theme"] = theme.shown;
}

/** `chosen` is what the person asked for; `shown` is what that comes to now, on the screen that is open. */
export const theme = {
  get chosen(): Theme {
    return chosen;
  },
  get shown(): "light" | "dark" {
    return here ?? (chosen === "system" ? (systemIsDark ? "dark" : "light") : chosen);
  },
  /** For a screen with a palette of its own, for as long as it is open; undefined when it closes. */
  wearHere(palette: "light" | "dark" | undefined): void {
    here = palette;
    wear();
  },
  choose(next: Theme): void {
    chosen = next;
    try {
      localStorage.setItem(remembered, next);
    } catch {
      // Without storage the choice lasts until the window closes.
    }
    wear();
  },
  /** Call once before the first paint. */
  start(): void {
    wear();
    system?.addEventListener("change", (event) => {
      systemIsDark = event.matches;
      wear();
    });
  },
};
