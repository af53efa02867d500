/**
 * Reads the design tokens from the document into plain colours and watches for their change.
 * The only module that knows the tokens' names.
 */
import { luminance, mix, readHex } from "./colour";
import { DARK, inkOn, LIGHT } from "./palette";

export interface MapTheme {
  dark: boolean;
  ground: string;
  sunken: string;
  line: string;
  lineStrong: string;
  text: string;
  muted: string;
  accent: string;
  /** The accent as a line on the ground: rings and outlines. */
  mark: string;
  onAccent: string;
  accentSoft: string;
  font: string;
  tints: readonly string[];
  inks: readonly string[];
  /** Held by another: each tint, stepped back. */
  heldTints: readonly string[];
  /** Sold and blocked. */
  taken: string;
}

interface Colours {
  ground: string; sunken: string; line: string; lineStrong: string; text: string; muted: string;
  accent: string; mark: string; onAccent: string; accentSoft: string; font: string;
}

/** Completes the tokens to everything that the map draws with. */
export function themeFrom(colours: Colours): MapTheme {
  const dark = luminance(colours.ground) < luminance(colours.text);
  const { tints } = dark ? DARK : LIGHT;
  return {
    ...colours,
    dark,
    tints,
    inks: tints.map(inkOn),
    heldTints: tints.map((tint) => mix(colours.ground, tint, dark ? 0.5 : 0.45)),
    taken: mix(colours.ground, colours.lineStrong, dark ? 0.42 : 0.4),
  };
}

const FALLBACK = {
  "--raised": "#fffefb", "--sunken": "#e8e3da", "--line": "#d6cec2", "--line-strong": "#82776d", "--text": "#1d161a",
  "--muted": "#51474c", "--accent": "#681b4a", "--accent-text": "#681b4a",
  "--on-accent": "#fffdfb", "--accent-soft": "#f4e3ec",
} as const;

/** Reads the tokens as `element` sees them. Any CSS colour is brought to `#rrggbb` by a canvas. */
export function readTheme(element: Element): MapTheme {
  const style = getComputedStyle(element);
  let pen: CanvasRenderingContext2D | null = null;
  const colour = (name: keyof typeof FALLBACK): string => {
    const text = style.getPropertyValue(name).trim();
    if (readHex(text) !== null) return text;
    pen ??= document.createElement("canvas").getContext("2d");
    if (pen === null || text === "") return FALLBACK[name];
    pen.fillStyle = FALLBACK[name];
    pen.fillStyle = text;
    return readHex(pen.fillStyle) === null ? FALLBACK[name] : pen.fillStyle;
  };
  return themeFrom({
    ground: colour("--raised"),
    sunken: colour("--sunken"),
    line: colour("--line"),
    lineStrong: colour("--line-strong"),
    text: colour("--text"),
    muted: colour("--muted"),
    accent: colour("--accent"),
    mark: colour("--accent-text"),
    onAccent: colour("--on-accent"),
    accentSoft: colour("--accent-soft"),
    font: style.getPropertyValue("--font").trim() || "system-ui, sans-serif",
  });
}

/** Calls `changed` whenever the document's theme may have changed. Returns how to stop. */
export function watchTheme(changed: () => void): () => void {
  const root = document.documentElement;
  const observer = new MutationObserver(changed);
  observer.observe(root, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
  const queries = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener("change", changed);
  };
}
