/**
 * Contrast of two opaque colours, so that the palettes can be held to a limit instead of to taste.
 * The formula is WCAG 2.2's relative luminance and contrast ratio.
 */

/** One palette of `tokens.css`: role without its dashes, to `#rrggbb`. */
export type Palette = ReadonlyMap<string, string>;

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function luminance(hex: string): number {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) {
    throw new RangeError(`${hex} is not written as #rrggbb`);
  }
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((pair) => linear(parseInt(pair, 16)));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 (the same) to 21 (black on white). The order of the two does not matter. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Reads the opaque colours of one theme from the text of `tokens.css`. */
export function palette(css: string, theme: "light" | "dark"): Palette {
  const start = css.indexOf(`:root[data-theme="${theme}"]`);
  const end = css.indexOf("}", start);
  const block = start < 0 ? "" : css.slice(start, end);
  return new Map([...block.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6})\s*;/gi)].map((found) => [found[1] ?? "", found[2] ?? ""]));
}
