/** What the map shows: what the station last said, with this cart laid over it. Pure. */

import { BLOCKED, FREE, HELD, MINE, SOLD } from "../../seatmap/types";

export { FREE, HELD, MINE, SOLD };

/** One byte a seat from the digits of `SeatStates.states`; what cannot be read must not look for sale. */
export function bytesOf(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length).fill(BLOCKED);
  for (let seat = 0; seat < digits.length; seat += 1) {
    const value = digits.charCodeAt(seat) - 48;
    if (value >= FREE && value <= MINE) {
      bytes[seat] = value;
    }
  }
  return bytes;
}

/** Shows a seat as mine from the press on, and as free once it left the cart, without waiting for the station. */
export function overlaid(base: Uint8Array, mine: readonly number[]): Uint8Array {
  const shown = base.map((state) => (state === MINE ? FREE : state));
  for (const seat of mine) {
    if (seat < shown.length) {
      shown[seat] = MINE;
    }
  }
  return shown;
}

/** Which of the seats somebody else has now. A hold that only ran out leaves its seat free, and so still to be had. */
export function lostIn(base: Uint8Array, seats: readonly number[]): number[] {
  return seats.filter((seat) => base[seat] === SOLD || base[seat] === HELD || base[seat] === BLOCKED);
}
