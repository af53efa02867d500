/**
 * Seats too small for an outline, written straight into pixels: at 70,000 seats one canvas call for each would
 * cost more than everything else of the first paint together. Pure: works on a plain byte array.
 */
import type { Rgb } from "./colour";

/** How the seats of one state and category look as dots. */
export interface DotStyle {
  colour: Rgb;
  /** Edge of the square over the seat's radius, and the least edge in pixels. */
  share: number;
  least: number;
}

export interface DotTarget {
  /** RGBA, opaque, row by row. */
  pixels: Uint8ClampedArray;
  /** Edge of the square target in pixels. */
  edge: number;
}

/** Blends a square of edge `side` about (x, y) into the pixels, each by the share of it that is covered. */
export function blendDot(target: DotTarget, x: number, y: number, side: number, colour: Rgb): void {
  const { pixels, edge } = target;
  const left = Math.max(x - side / 2, 0);
  const top = Math.max(y - side / 2, 0);
  const right = Math.min(x + side / 2, edge);
  const bottom = Math.min(y + side / 2, edge);
  const [red, green, blue] = colour;
  for (let row = Math.floor(top); row < bottom; row++) {
    const high = (row + 1 < bottom ? row + 1 : bottom) - (row > top ? row : top);
    for (let column = Math.floor(left); column < right; column++) {
      const wide = (column + 1 < right ? column + 1 : right) - (column > left ? column : left);
      const share = high * wide;
      const at = (row * edge + column) * 4;
      pixels[at]! += (red - pixels[at]!) * share;
      pixels[at + 1]! += (green - pixels[at + 1]!) * share;
      pixels[at + 2]! += (blue - pixels[at + 2]!) * share;
    }
  }
}
