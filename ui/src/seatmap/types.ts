/**
 * What the seat map draws. Columnar, because 70,000 objects cost more to parse and to walk than ten arrays.
 * All lengths and positions are plan units; y grows downwards. Nothing here knows the document.
 */

/** The index in every array is the seat index that the whole interface speaks of. */
export interface HallSeats {
  guid: string[];
  row: string[];
  number: string[];
  /** Index into {@link HallPlan.zones}. */
  zone: number[];
  /** Index into {@link HallPlan.categories}. */
  category: number[];
  x: number[];
  y: number[];
  radius: number[];
}

/**
 * A drawn surface: stage, bar, standing area.
 * Rectangles start at (x, y); circles and ellipses have their centre there and `width`, `height` are full
 * diameters; polygon points and the text are relative to (x, y). `rotation` is in degrees, clockwise, about (x, y).
 */
export interface HallArea {
  shape: "polygon" | "rectangle" | "ellipse" | "circle" | "text";
  x: number;
  y: number;
  rotation: number;
  color: string | null;
  borderColor: string | null;
  points: { x: number; y: number }[];
  width: number;
  height: number;
  text: { text: string; x: number; y: number; size: number; color: string | null } | null;
  /** The id of the standing area whose places are sold here, or null. */
  standingArea: string | null;
}

export interface HallPlan {
  name: string;
  width: number;
  height: number;
  zones: { name: string; x: number; y: number }[];
  rowLabels: { text: string; x: number; y: number }[];
  seats: HallSeats;
  areas: HallArea[];
  categories: { name: string; color: string | null }[];
}

/** Seat states: one per seat, as digits in a string or as bytes 0 to 4. */
export type SeatStates = string | Uint8Array;

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
export const BLOCKED = 3;
export const MINE = 4;

/** Returns one byte per seat. Whatever is missing or unknown counts as blocked: it must not look for sale. */
export function readStates(states: SeatStates, seatCount: number): Uint8Array {
  const read = new Uint8Array(seatCount).fill(BLOCKED);
  const known = Math.min(seatCount, states.length);
  for (let seat = 0; seat < known; seat++) {
    const value = typeof states === "string" ? states.charCodeAt(seat) - 48 : states[seat]!;
    if (value >= FREE && value <= MINE) read[seat] = value;
  }
  return read;
}

/** Lists the seats whose state differs. Both arrays have the same length. */
export function changedSeats(before: Uint8Array, after: Uint8Array): number[] {
  const changed: number[] = [];
  for (let seat = 0; seat < after.length; seat++) {
    if (before[seat] !== after[seat]) changed.push(seat);
  }
  return changed;
}
