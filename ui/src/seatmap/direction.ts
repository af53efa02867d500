/**
 * Which seat the arrow keys reach. Pure. Going sideways off a row's end reaches the next section,
 * going up or down reaches the nearest row, also where rows are curved or turned.
 */
import type { SeatGrid } from "./grid";
import type { HallSeats } from "./types";

export type Direction = "left" | "right" | "up" | "down";

const STEP: Record<Direction, { x: number; y: number }> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** A seat further aside than this many times its way ahead is not "in that direction" (about 60 degrees). */
const WIDEST = 1.75;
/** A way aside counts this many times a way ahead. */
const ASIDE = 2;
/** In a slanted row, up and down leave the row unless staying in it is this much nearer. */
const LEAVE_ROW = 1.5;

function bestWithin(grid: SeatGrid, seats: HallSeats, from: number, direction: Direction, reach: number) {
  const step = STEP[direction];
  const x = seats.x[from]!;
  const y = seats.y[from]!;
  let best: number | null = null;
  let bestCost = Infinity;
  for (const seat of grid.within({ x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach })) {
    const dx = seats.x[seat]! - x;
    const dy = seats.y[seat]! - y;
    const ahead = dx * step.x + dy * step.y;
    const aside = Math.abs(dx * step.y) + Math.abs(dy * step.x);
    if (seat === from || ahead <= 0 || aside > ahead * WIDEST) continue;
    const sameRow = seats.row[seat] === seats.row[from] && seats.zone[seat] === seats.zone[from];
    const plain = ahead + ASIDE * aside;
    // Left and right follow the row as it bends. No cost is less than the distance.
    const cost = !sameRow ? plain : step.x !== 0 ? Math.hypot(dx, dy) : plain * LEAVE_ROW;
    if (cost < bestCost) {
      best = seat;
      bestCost = cost;
    }
  }
  return { best, bestCost };
}

/** The nearest seat from `from` in `direction`, whatever its state; null at the hall's edge. */
export function nextSeat(grid: SeatGrid, seats: HallSeats, from: number, direction: Direction): number | null {
  if (from < 0 || from >= seats.x.length) return null;
  const furthest = grid.span;
  for (let reach = Math.max(grid.maxRadius, 1e-6) * 4; ; reach *= 2) {
    const { best, bestCost } = bestWithin(grid, seats, from, direction, reach);
    // A seat outside the searched square lies further than `reach`, so it costs more than that.
    if (best !== null && bestCost <= reach) return best;
    if (reach > furthest) return best;
  }
}
