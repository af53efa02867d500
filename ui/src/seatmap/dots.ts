/**
 * Seats too small for an outline, written straight into pixels: at 70,000 seats one canvas call for each would
 * cost more than everything else of the first paint together. Pure: works on plain arrays. The loop is written
 * for an engine that has not warmed up yet: plain numbers, no destructuring, no calls.
 */

/** How dots of one style look; styles are laid out in one flat array of {@link STYLE_SIZE} numbers each. */
export const STYLE_SIZE = 4;

export interface DotStyle {
  red: number;
  green: number;
  blue: number;
  /** Edge of the square over the seat's radius. */
  share: number;
}

export function flatStyles(styles: readonly DotStyle[]): Float64Array {
  return Float64Array.from(styles.flatMap(({ red, green, blue, share }) => [red, green, blue, share]));
}

export interface Dots {
  /** RGBA, opaque, row by row. */
  pixels: Uint8ClampedArray;
  width: number;
  height: number;
  x: readonly number[];
  y: readonly number[];
  radius: readonly number[];
  /** Pixels per plan unit, and what to take off afterwards. */
  scale: number;
  left: number;
  top: number;
  styles: Float64Array;
  /** The style of each seat. */
  styleOf: (seat: number) => number;
}

/** Blends `seats[from]` up to `seats[to - 1]` (null: those seats themselves) into the pixels, by the share covered. */
export function blendDots(dots: Dots, seats: readonly number[] | null, from: number, to: number): void {
  const { pixels, width, height, x, y, radius, scale, left, top, styles, styleOf } = dots;
  for (let k = from; k < to; k++) {
    const seat = seats === null ? k : seats[k]!;
    const style = styleOf(seat) * STYLE_SIZE;
    const red = styles[style]!;
    const green = styles[style + 1]!;
    const blue = styles[style + 2]!;
    const half = (radius[seat]! * scale * styles[style + 3]!) / 2;
    const cx = x[seat]! * scale - left;
    const cy = y[seat]! * scale - top;
    const x0 = cx - half > 0 ? cx - half : 0;
    const y0 = cy - half > 0 ? cy - half : 0;
    const x1 = cx + half < width ? cx + half : width;
    const y1 = cy + half < height ? cy + half : height;
    for (let row = Math.floor(y0); row < y1; row++) {
      const high = (row + 1 < y1 ? row + 1 : y1) - (row > y0 ? row : y0);
      for (let column = Math.floor(x0); column < x1; column++) {
        const share = high * ((column + 1 < x1 ? column + 1 : x1) - (column > x0 ? column : x0));
        const at = (row * width + column) * 4;
        pixels[at] = pixels[at]! + (red - pixels[at]!) * share;
        pixels[at + 1] = pixels[at + 1]! + (green - pixels[at + 1]!) * share;
        pixels[at + 2] = pixels[at + 2]! + (blue - pixels[at + 2]!) * share;
      }
    }
  }
}
