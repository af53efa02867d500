/**
 * Names at the window's edge for what it shows only a part of: a block whose own name is out of sight, and rows whose
 * ends are. Come so close that seats carry numbers, a seller still reads which row and block they belong to.
 * Reads only what lies along two edges, so that its cost does not grow with the hall.
 */
import type { Hall } from "./hall";
import { rowTextSize, ZONE_TEXT, type PlacedLabel } from "./labels";
import type { Pen } from "./paint";
import type { MapTheme } from "./theme";
import { clamp, overlaps, visibleRect, type Point, type Rect, type Size, type View } from "./viewport";

export interface PinnedName extends Point {
  text: string;
  kind: "row" | "zone";
}

/** How deep (CSS pixels) the strips along the edges are that rows are looked for in. */
const STRIP = 72;
/** Where names stand from the edge (CSS pixels). */
const EDGE = 16;
/** A block is named when at least this much of it (CSS pixels) is in sight. */
const WORTH_NAMING = 48;
/** Names nearer than this (CSS pixels) to another one are left out. */
const APART = { x: 96, y: 22, row: 15 };

/** What to write, and where (CSS pixels). `labels` are the blocks' own names that are drawn now. */
export function pinnedNames(hall: Hall, view: View, size: Size, labels: readonly PlacedLabel[]): PinnedName[] {
  if (rowTextSize(hall.radius * 2 * view.scale) === null) return [];
  const seen = visibleRect(view, size);
  return [...zoneNames(hall, view, seen, labels), ...rowNames(hall, view, seen)];
}

function zoneNames(hall: Hall, view: View, seen: Rect, labels: readonly PlacedLabel[]): PinnedName[] {
  const inSight = (label: PlacedLabel): boolean => label.x > seen.x0 && label.x < seen.x1 && label.y > seen.y0 && label.y < seen.y1;
  const named = new Set(labels.filter(inSight).map((label) => label.text));
  const names: PinnedName[] = [];
  const least = WORTH_NAMING / view.scale;
  for (const zone of hall.zones) {
    if (named.has(zone.name) || !overlaps(zone, seen)) continue;
    const part = { x0: Math.max(zone.x0, seen.x0), y0: Math.max(zone.y0, seen.y0), x1: Math.min(zone.x1, seen.x1), y1: Math.min(zone.y1, seen.y1) };
    if (part.x1 - part.x0 < least && part.y1 - part.y0 < least) continue;
    const middle = { x: (part.x0 + part.x1) / 2, y: (part.y0 + part.y1) / 2 };
    // Boxes of turned blocks overlap: the part in sight must have seats of this one.
    const seat = hall.grid.nearest(middle, hall.radius * 6, (one) => hall.plan.seats.zone[one] === zone.index);
    if (seat === null) continue;
    const at = {
      x: middle.x * view.scale + view.x,
      y: clamp(part.y0 * view.scale + view.y - hall.radius * 2 * view.scale, EDGE, Math.max(EDGE, seen.y1 * view.scale + view.y - EDGE)),
    };
    if (names.every((other) => Math.abs(other.x - at.x) > APART.x || Math.abs(other.y - at.y) > APART.y)) names.push({ ...at, text: zone.name, kind: "zone" });
  }
  return names;
}

/** The first seat in sight of each row that goes on beyond the left edge, and then beyond the top one. */
function rowNames(hall: Hall, view: View, seen: Rect): PinnedName[] {
  const { seats } = hall.plan;
  const depth = STRIP / view.scale;
  const found = new Map<string, PinnedName>();
  const look = (strip: Rect, along: "x" | "y"): void => {
    const firsts = new Map<string, number>();
    for (const seat of hall.grid.within(strip)) {
      const key = `${seats.zone[seat]!} ${seats.row[seat]!}`;
      const first = firsts.get(key);
      if (first === undefined || seats[along][seat]! < seats[along][first]!) firsts.set(key, seat);
    }
    for (const [key, seat] of firsts) {
      const text = seats.row[seat]!;
      if (text === "" || found.has(key) || endsBefore(hall, seen, hall.at(seat), along)) continue;
      const at = { x: seats.x[seat]! * view.scale + view.x, y: seats.y[seat]! * view.scale + view.y };
      const room = hall.radius * view.scale + 12;
      const place = along === "x" ? { x: Math.max(at.x - room, EDGE), y: at.y } : { x: at.x, y: Math.max(at.y - room, EDGE) };
      const crowded = [...found.values()].some((other) => Math.abs(other.x - place.x) < APART.row && Math.abs(other.y - place.y) < APART.row);
      if (!crowded) found.set(key, { text, kind: "row", ...place });
    }
  };
  look({ ...seen, x1: Math.min(seen.x0 + depth, seen.x1) }, "x");
  look({ ...seen, y1: Math.min(seen.y0 + depth, seen.y1) }, "y");
  return [...found.values()];
}

/** Whether a row's own name stands between the edge and its first seat in sight. */
function endsBefore(hall: Hall, seen: Rect, seat: Point, along: "x" | "y"): boolean {
  const aside = hall.radius * 1.5;
  return along === "x"
    ? hall.rowNameGrid.any({ x0: seen.x0, x1: seat.x, y0: seat.y - aside, y1: seat.y + aside })
    : hall.rowNameGrid.any({ y0: seen.y0, y1: seat.y, x0: seat.x - aside, x1: seat.x + aside });
}

export function drawPinned(pen: Pen, theme: MapTheme, names: readonly PinnedName[], seatWidth: number, ratio: number): void {
  const rowSize = (rowTextSize(seatWidth) ?? ZONE_TEXT) * ratio;
  pen.textAlign = "center";
  for (const kind of ["row", "zone"] as const) {
    const size = kind === "row" ? rowSize : ZONE_TEXT * ratio;
    pen.font = `${kind === "row" ? 600 : 650} ${size}px ${theme.font}`;
    for (const name of names) {
      if (name.kind !== kind) continue;
      const [x, y] = [name.x * ratio, name.y * ratio];
      const halfWidth = Math.max(pen.measureText(name.text).width / 2 + 5 * ratio, 10 * ratio);
      const halfHeight = size / 2 + 3 * ratio;
      pen.beginPath();
      pen.roundRect(Math.max(x - halfWidth, 0), y - halfHeight, 2 * halfWidth, 2 * halfHeight, 5 * ratio);
      pen.globalAlpha = 0.9;
      pen.fillStyle = theme.ground;
      pen.fill();
      pen.globalAlpha = 1;
      pen.fillStyle = kind === "row" ? theme.muted : theme.text;
      pen.fillText(name.text, Math.max(x, halfWidth), y + size * 0.36);
    }
  }
}
