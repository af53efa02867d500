/** Colours as numbers: reading, mixing, contrast. Pure; understands `#rrggbb` alone, the theme brings everything to it. */

export type Rgb = readonly [number, number, number];

/** Reads `#rgb` or `#rrggbb`; null for anything else. */
export function readHex(text: string): Rgb | null {
  const hex = text.trim().replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, "#$1$1$2$2$3$3");
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) return null;
  return [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}

function toHex(rgb: Rgb): string {
  return "#" + rgb.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("");
}

/** Mixes `share` (0 to 1) of `over` into `under`. Returns `under` when either cannot be read. */
export function mix(under: string, over: string, share: number): string {
  const a = readHex(under);
  const b = readHex(over);
  if (a === null || b === null) return under;
  const at = (channel: 0 | 1 | 2) => a[channel] + (b[channel] - a[channel]) * share;
  return toHex([at(0), at(1), at(2)]);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
}

/** Relative luminance of WCAG 2.2, 0 to 1; 0 for what cannot be read. */
export function luminance(hex: string): number {
  const rgb = readHex(hex);
  if (rgb === null) return 0;
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
}

/** Contrast ratio of WCAG 2.2, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Hue in degrees and chroma 0 to 1; null for what cannot be read. */
export function hue(hex: string): { degrees: number; chroma: number } | null {
  const rgb = readHex(hex);
  if (rgb === null) return null;
  const [r, g, b] = rgb.map((channel) => channel / 255) as [number, number, number];
  const high = Math.max(r, g, b);
  const chroma = high - Math.min(r, g, b);
  if (chroma === 0) return { degrees: 0, chroma };
  const sixth = high === r ? ((g - b) / chroma + 6) % 6 : high === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4;
  return { degrees: sixth * 60, chroma };
}
