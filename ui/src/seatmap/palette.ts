/**
 * How a category looks: one of eight tints and one of eight shapes, so that no category is told by colour alone.
 * The tints keep 3:1 against the map's ground, carry readable numbers, stay clear of the accent, and were chosen
 * so that neighbours differ under the three common colour blindnesses too. A file's colour only guides which
 * tint a category gets; it is never drawn.
 */
import { contrast, hue } from "./colour";
import { SHAPES, type Shape } from "./shapes";

export interface Palette {
  tints: readonly string[];
  /** What is written on a tint: the one of these two that contrasts more. */
  inks: readonly [string, string];
}

const INKS = ["#ffffff", "#17121a"] as const;

export const LIGHT: Palette = {
  tints: ["#4965ca", "#b5722f", "#006057", "#36268c", "#4c6d00", "#22909c", "#824024", "#4a4326"],
  inks: INKS,
};

export const DARK: Palette = {
  tints: ["#3f93d6", "#c98a35", "#13bc96", "#b78ffe", "#b7c942", "#65cefc", "#f67a5f", "#d2eec3"],
  inks: INKS,
};

/** The least chroma at which a file's colour says anything about hue. */
const SAYS_A_HUE = 0.15;
/** A file's colour is heeded when a free tint is at most this many degrees away. */
const NEAR = 35;

export interface CategoryLook {
  /** Index into the palette's tints. */
  tint: number;
  shape: Shape;
}

export function inkOn(tint: string): string {
  return contrast(tint, INKS[0]) >= contrast(tint, INKS[1]) ? INKS[0] : INKS[1];
}

function hueDistance(a: number, b: number): number {
  const apart = Math.abs(a - b) % 360;
  return Math.min(apart, 360 - apart);
}

function nearestFreeTint(colour: string | null, free: Set<number>): number | null {
  const wanted = colour === null ? null : hue(colour);
  if (wanted === null || wanted.chroma < SAYS_A_HUE) return null;
  let best: number | null = null;
  let bestDistance = NEAR;
  for (const tint of free) {
    const has = hue(LIGHT.tints[tint]!);
    const distance = has === null ? Infinity : hueDistance(wanted.degrees, has.degrees);
    if (distance <= bestDistance) {
      best = tint;
      bestDistance = distance;
    }
  }
  return best;
}

/** Gives each category a look; no two of the first 64 are the same in both tint and shape. */
export function categoryLooks(categories: readonly { color: string | null }[]): CategoryLook[] {
  const looks: CategoryLook[] = [];
  for (let from = 0; from < categories.length; from += LIGHT.tints.length) {
    const round = categories.slice(from, from + LIGHT.tints.length);
    const turn = from / LIGHT.tints.length;
    const free = new Set(LIGHT.tints.keys());
    const guided = round.map((category) => {
      const tint = nearestFreeTint(category.color, free);
      if (tint !== null) free.delete(tint);
      return tint;
    });
    round.forEach((_, place) => {
      const tint = guided[place] ?? ([...free][0] ?? 0);
      free.delete(tint);
      looks.push({ tint, shape: SHAPES[(place + turn) % SHAPES.length]! });
    });
  }
  return looks;
}
