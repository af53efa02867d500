/**
 * Paints one tile, in steps: a generator that yields often, so that the caller may stop between any two steps
 * and let input through. Reads the hall and the theme, writes to the given context and nothing else.
 */
import { areaBox, areaTextAt, areaTextRoom, traceArea } from "./areas";
import { mix, readHex } from "./colour";
import { blendDots, flatStyles } from "./dots";
import type { Hall } from "./hall";
import { rowTextSize, ZONE_TEXT, type PlacedLabel, type Labels } from "./labels";
import { outline, REACH, TEXT_DROP, TEXT_ROOM, type Shape } from "./shapes";
import type { MapTheme } from "./theme";
import { tileRect, TILE } from "./tiles";
import { BLOCKED, FREE, HELD, MINE, SOLD, type HallArea } from "./types";
import { grow, overlaps } from "./viewport";

export type Pen = CanvasRenderingContext2D;

export interface Sheet {
  pen: Pen;
  hall: Hall;
  theme: MapTheme;
  /** Null leaves all words out: the first paint, whose words follow at once, and the minimap. */
  labels: Labels | null;
  /** Written under an area's own text, such as what is left of it. */
  areaNote: (area: number) => string | null;
  /** Device pixels per plan unit, and per CSS pixel. */
  scale: number;
  ratio: number;
  /** Which tile; fractions are possible. */
  i: number;
  j: number;
}

/** Seats narrower than this (device pixels) are drawn as small rectangles: an outline would not be seen. */
const OUTLINED_FROM = 4;
/** Seats of at least this radius (CSS pixels) carry their number. */
const NUMBERED_FROM = 7.5;
const STEP = 96;
const DOT_STEP = 4096;
/** Height of digits over their font size, halved: what centres them about a line. */
const HALF_DIGIT = 0.36;

/** Whether a tile shows anything but ground. */
export function tileIsEmpty(hall: Hall, i: number, j: number, scale: number): boolean {
  return !overlaps(grow(tileRect(i, j, scale), 24 / scale), hall.bounds);
}

export function* paintTile(sheet: Sheet): Generator<void> {
  const { pen, theme } = sheet;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, TILE, TILE);
  yield* paintAreas(sheet);
  yield* paintSeats(sheet);
  if (sheet.labels === null) return;
  yield* paintRowNames(sheet, sheet.labels);
  paintZoneNames(sheet, sheet.labels);
}

function* paintAreas(sheet: Sheet): Generator<void> {
  const { hall, scale, i, j } = sheet;
  const rect = grow(tileRect(i, j, scale), 4 / scale);
  for (const [index, area] of hall.plan.areas.entries()) {
    if (area.shape !== "text" && !overlaps(areaBox(area), rect)) continue;
    paintArea(sheet, area);
    if (sheet.labels !== null) paintAreaText(sheet, area, index);
    yield;
  }
}

function paintArea({ pen, theme, scale, ratio, i, j }: Sheet, area: HallArea): void {
  if (area.shape === "text") return;
  pen.beginPath();
  traceArea(pen, area, scale, -i * TILE, -j * TILE);
  const standing = area.standingArea !== null;
  const plain = standing ? theme.accentSoft : theme.sunken;
  pen.fillStyle = area.color === null || standing ? plain : mix(theme.sunken, area.color, 0.12);
  pen.fill();
  if (standing) {
    pen.save();
    pen.clip();
    hatch(pen, mix(theme.accentSoft, theme.accent, 0.16), 12 * ratio, i, j);
    pen.restore();
  }
  pen.lineWidth = (standing ? 2 : 1) * ratio;
  pen.strokeStyle = standing ? mix(theme.ground, theme.accent, 0.55) : theme.line;
  pen.beginPath();
  traceArea(pen, area, scale, -i * TILE, -j * TILE);
  pen.stroke();
}

/** Slanted lines over the tile, in step with its neighbours'. */
function hatch(pen: Pen, colour: string, gap: number, i: number, j: number): void {
  const shift = ((((i + j) * TILE) % gap) + gap) % gap;
  pen.beginPath();
  for (let at = -shift; at <= 2 * TILE; at += gap) {
    pen.moveTo(at, 0);
    pen.lineTo(at - TILE, TILE);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = gap / 6;
  pen.stroke();
}

function paintAreaText({ pen, hall, theme, scale, ratio, i, j, areaNote }: Sheet, area: HallArea, index: number): void {
  const text = area.text?.text ?? "";
  const note = area.standingArea === null ? null : areaNote(index);
  if (text === "" && note === null) return;
  const at = areaTextAt(area);
  const room = areaTextRoom(area) * scale * 0.92;
  let size = Math.min(Math.max((area.text?.size ?? hall.radius * 2) * scale, 12 * ratio), 34 * ratio);
  pen.font = `650 ${size}px ${theme.font}`;
  const wide = pen.measureText(text).width;
  if (wide > room) size *= room / wide;
  if (size < 8 * ratio) return;
  const x = at.x * scale - i * TILE;
  const y = at.y * scale - j * TILE;
  const noteSize = Math.min(Math.max(size * 0.6, 11 * ratio), 20 * ratio);
  pen.textAlign = "center";
  pen.font = `650 ${size}px ${theme.font}`;
  pen.fillStyle = area.standingArea === null ? theme.muted : theme.text;
  pen.fillText(text, x, y + size * HALF_DIGIT - (note === null ? 0 : noteSize * 0.7));
  if (note === null) return;
  pen.font = `420 ${noteSize}px ${theme.font}`;
  pen.fillStyle = theme.muted;
  pen.fillText(note, x, y + size * 0.5 + noteSize * 0.75);
}

/** Groups the tile's seats by all that they are drawn alike with; taken ones first, so that free ones lie on top. */
function grouped(hall: Hall, seats: number[]): [number, number[]][] {
  const groups = new Map<number, number[]>();
  const { category } = hall.plan.seats;
  for (const seat of seats) {
    const state = hall.state(seat);
    const key = state === FREE || state === HELD ? state * 65536 + category[seat]! : state * 65536;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [seat]);
    else group.push(seat);
  }
  return [...groups].sort((a, b) => b[0] - a[0]);
}

function* paintSeats(sheet: Sheet): Generator<void> {
  const { hall, scale, ratio, i, j } = sheet;
  const reach = hall.grid.maxRadius * REACH + 2 / scale;
  const all = hall.grid.within(grow(tileRect(i, j, scale), reach));
  if (all.length === 0) return;
  if (hall.radius * 2 * scale < OUTLINED_FROM) return yield* paintDots(sheet, all);
  const groups = grouped(hall, all);
  yield;
  for (const [key, seats] of groups) yield* paintMarks(sheet, key >> 16, seats);
  if (sheet.labels === null || hall.radius * scale < NUMBERED_FROM * ratio) return;
  for (const [key, seats] of groups) {
    if (key >> 16 === FREE || key >> 16 === MINE) yield* paintNumbers(sheet, key >> 16, seats);
  }
}

function stateColour(theme: MapTheme, state: number, tint: number): string {
  if (state === FREE) return theme.tints[tint]!;
  if (state === HELD) return theme.heldTints[tint]!;
  return state === MINE ? theme.accent : theme.taken;
}

/** One style for each state and category, at `state * categories + category`. */
function dotStyles({ hall, theme }: Sheet): Float64Array {
  const looks = hall.looks.length === 0 ? [{ tint: 0 }] : hall.looks;
  const styles = [FREE, HELD, SOLD, BLOCKED, MINE].flatMap((state) =>
    looks.map(({ tint }) => {
      const full = state === FREE || state === MINE;
      const [red, green, blue] = readHex(stateColour(theme, state, tint)) ?? [128, 128, 128];
      return { red, green, blue, share: full ? 1.75 : 1 };
    }),
  );
  return flatStyles(styles);
}

function* paintDots(sheet: Sheet, seats: number[]): Generator<void> {
  const { pen, hall, scale, i, j } = sheet;
  const { x, y, radius, category } = hall.plan.seats;
  const categories = Math.max(hall.looks.length, 1);
  const image = pen.getImageData(0, 0, TILE, TILE);
  const dots = {
    pixels: image.data, edge: TILE, x, y, radius, scale, left: i * TILE, top: j * TILE, styles: dotStyles(sheet),
    styleOf: (seat: number) => hall.state(seat) * categories + category[seat]!,
  };
  for (let from = 0; from < seats.length; from += DOT_STEP) {
    blendDots(dots, seats, from, Math.min(from + DOT_STEP, seats.length));
    yield;
  }
  pen.putImageData(image, 0, 0);
}

function* paintMarks(sheet: Sheet, state: number, seats: number[]): Generator<void> {
  const { pen, hall, theme, scale, ratio, i, j } = sheet;
  const { x, y, radius } = hall.plan.seats;
  const { shape, tint } = hall.look(seats[0]!);
  for (let from = 0; from < seats.length; from += STEP) {
    pen.fillStyle = pen.strokeStyle = stateColour(theme, state, tint);
    pen.lineWidth = Math.max(1.25 * ratio, hall.radius * scale * 0.16);
    for (const seat of seats.slice(from, from + STEP)) {
      paintMark(pen, state, shape, x[seat]! * scale - i * TILE, y[seat]! * scale - j * TILE, radius[seat]! * scale);
    }
    yield;
  }
}

/** Free: full. Held: hollow. Sold: a small dot. Blocked: a small cross. */
function paintMark(pen: Pen, state: number, shape: Shape, x: number, y: number, r: number): void {
  pen.beginPath();
  if (state === FREE || state === MINE) {
    outline(pen, shape, x, y, r);
    pen.fill();
  } else if (state === HELD) {
    outline(pen, shape, x, y, Math.max(r * 0.72, r - pen.lineWidth));
    pen.stroke();
  } else if (state === SOLD) {
    pen.arc(x, y, r * 0.42, 0, 2 * Math.PI);
    pen.fill();
  } else {
    const arm = r * 0.42;
    pen.moveTo(x - arm, y - arm);
    pen.lineTo(x + arm, y + arm);
    pen.moveTo(x + arm, y - arm);
    pen.lineTo(x - arm, y + arm);
    pen.stroke();
  }
}

/** The font size (device pixels, in half steps) at which a number fits its seat; 0 when it would be too small. */
export function numberSize(length: number, shape: Shape, r: number, ratio: number): number {
  const size = Math.min(r * 0.98, (TEXT_ROOM[shape] * r) / (0.62 * Math.max(length, 1)), 22 * ratio);
  return size < 6.5 * ratio ? 0 : Math.floor(size * 2) / 2;
}

function* paintNumbers(sheet: Sheet, state: number, seats: number[]): Generator<void> {
  const { pen, hall, theme, scale, ratio, i, j } = sheet;
  const { x, y, radius, number } = hall.plan.seats;
  const { shape, tint } = hall.look(seats[0]!);
  const sizes = new Map<number, number[]>();
  for (const seat of seats) {
    const size = numberSize(number[seat]!.length, shape, radius[seat]! * scale, ratio);
    const same = sizes.get(size);
    if (same === undefined) sizes.set(size, [seat]);
    else same.push(seat);
  }
  sizes.delete(0);
  for (const [size, same] of sizes) {
    for (let from = 0; from < same.length; from += STEP) {
      pen.font = `600 ${size}px ${theme.font}`;
      pen.textAlign = "center";
      pen.fillStyle = state === MINE ? theme.onAccent : theme.inks[tint]!;
      for (const seat of same.slice(from, from + STEP)) {
        const drop = size * HALF_DIGIT + TEXT_DROP[shape] * radius[seat]! * scale;
        pen.fillText(number[seat]!, x[seat]! * scale - i * TILE, y[seat]! * scale - j * TILE + drop);
      }
      yield;
    }
  }
}

function* paintRowNames({ pen, hall, theme, scale, ratio, i, j }: Sheet, labels: Labels): Generator<void> {
  const size = rowTextSize((hall.radius * 2 * scale) / ratio);
  if (size === null) return;
  const { x, y, text } = hall.rowNames;
  pen.font = `600 ${size * ratio}px ${theme.font}`;
  pen.textAlign = "center";
  pen.fillStyle = theme.muted;
  for (const label of hall.rowNameGrid.within(grow(tileRect(i, j, scale), (size * ratio * 2) / scale))) {
    if (!labels.showsRow(label)) continue;
    pen.fillText(text[label]!, x[label]! * scale - i * TILE, y[label]! * scale - j * TILE + size * ratio * HALF_DIGIT);
  }
  yield;
}

function paintZoneNames(sheet: Sheet, labels: Labels): void {
  const { pen, theme, scale, ratio, i, j } = sheet;
  const size = ZONE_TEXT * ratio;
  pen.font = `650 ${size}px ${theme.font}`;
  pen.textAlign = "center";
  for (const label of labels.near(tileRect(i, j, scale))) {
    const x = label.x * scale - i * TILE;
    const y = label.y * scale - j * TILE;
    if (label.plate) paintPlate(pen, theme, label, x, y, scale, ratio);
    pen.fillStyle = theme.text;
    pen.fillText(label.text, x, y + size * HALF_DIGIT);
  }
}

function paintPlate(pen: Pen, theme: MapTheme, label: PlacedLabel, x: number, y: number, s: number, ratio: number): void {
  const halfWidth = label.halfWidth * s;
  const halfHeight = label.halfHeight * s;
  pen.beginPath();
  pen.roundRect(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight, 5 * ratio);
  pen.globalAlpha = 0.88;
  pen.fillStyle = theme.ground;
  pen.fill();
  pen.globalAlpha = 1;
}
