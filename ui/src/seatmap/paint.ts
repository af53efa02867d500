/**
 * Paints one part of the hall, in steps: a generator that yields often, so that the caller may stop between any two steps
 * and let input through. Reads the hall and the theme, writes to the given context and nothing else.
 */
import { areaBox, areaTextAt, areaTextRoom, traceArea } from "./areas";
import { mix, readHex } from "./colour";
import { blendDots, flatStyles } from "./dots";
import type { Hall } from "./hall";
import { rowTextSize, ZONE_TEXT, type PlacedLabel, type Labels } from "./labels";
import { outline, REACH, TEXT_DROP, TEXT_ROOM, type Shape } from "./shapes";
import type { MapTheme } from "./theme";
import { BLOCKED, FREE, HELD, MINE, SOLD, type HallArea } from "./types";
import { grow, overlaps, type Rect } from "./viewport";

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
  /** The part of the hall, in device pixels at `scale`. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Seats narrower than this (device pixels) are drawn as small rectangles: an outline would not be seen. */
const OUTLINED_FROM = 4;
/** Seats of at least this radius (CSS pixels) carry their number. */
const NUMBERED_FROM = 7.5;
const STEP = 96;
const DOT_STEP = 4096;
/** Height of digits over their font size, halved: what centres them about a line. */
const HALF_DIGIT = 0.36;

/** The part of the plan that a sheet shows. */
function planRect({ left, top, width, height, scale }: Sheet): Rect {
  return { x0: left / scale, y0: top / scale, x1: (left + width) / scale, y1: (top + height) / scale };
}

export function* paintSheet(sheet: Sheet): Generator<void> {
  paintGround(sheet);
  yield* paintAreas(sheet);
  yield* paintSeats(sheet);
  if (sheet.labels === null) return;
  yield* paintRowNames(sheet, sheet.labels);
  paintZoneNames(sheet, sheet.labels);
}

/** Paints a sheet that shows the whole hall, at once, with as little as can be: the first paint. */
export function paintDraft(sheet: Sheet): void {
  paintGround(sheet);
  for (const _ of paintAreas(sheet));
  if (isTiny(sheet)) for (const _ of paintDots(sheet, null));
  else for (const _ of paintSeats(sheet));
}

function isTiny({ hall, scale }: Sheet): boolean {
  return hall.radius * 2 * scale < OUTLINED_FROM;
}

function paintGround({ pen, theme, width, height }: Sheet): void {
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, width, height);
}

function* paintAreas(sheet: Sheet): Generator<void> {
  const rect = grow(planRect(sheet), 4 / sheet.scale);
  for (const [index, area] of sheet.hall.plan.areas.entries()) {
    if (area.shape !== "text" && !overlaps(areaBox(area), rect)) continue;
    paintArea(sheet, area);
    if (sheet.labels !== null) paintAreaText(sheet, area, index);
    yield;
  }
}

function paintArea(sheet: Sheet, area: HallArea): void {
  const { pen, theme, scale, ratio, left, top } = sheet;
  if (area.shape === "text") return;
  pen.beginPath();
  traceArea(pen, area, scale, -left, -top);
  const standing = area.standingArea !== null;
  const plain = standing ? theme.accentSoft : theme.sunken;
  pen.fillStyle = area.color === null || standing ? plain : mix(theme.sunken, area.color, 0.12);
  pen.fill();
  if (standing) {
    pen.save();
    pen.clip();
    hatch(sheet, mix(theme.accentSoft, theme.accent, 0.16), 12 * ratio);
    pen.restore();
  }
  pen.lineWidth = (standing ? 2 : 1) * ratio;
  pen.strokeStyle = standing ? mix(theme.ground, theme.accent, 0.55) : theme.line;
  pen.beginPath();
  traceArea(pen, area, scale, -left, -top);
  pen.stroke();
}

/** Slanted lines over the sheet, in step with its neighbours'. */
function hatch({ pen, left, top, width, height }: Sheet, colour: string, gap: number): void {
  const shift = (((left + top) % gap) + gap) % gap;
  pen.beginPath();
  for (let at = -shift; at <= width + height; at += gap) {
    pen.moveTo(at, 0);
    pen.lineTo(at - height, height);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = gap / 6;
  pen.stroke();
}

function paintAreaText({ pen, hall, theme, scale, ratio, left, top, areaNote }: Sheet, area: HallArea, index: number): void {
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
  const x = at.x * scale - left;
  const y = at.y * scale - top;
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
  const { hall, scale, ratio } = sheet;
  const reach = hall.grid.maxRadius * REACH + 2 / scale;
  const all = hall.grid.within(grow(planRect(sheet), reach));
  if (all.length === 0) return;
  if (isTiny(sheet)) return yield* paintDots(sheet, all);
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

/** `seats` null paints them all, without asking the grid. */
function* paintDots(sheet: Sheet, seats: number[] | null): Generator<void> {
  const { pen, hall, scale, left, top, width, height } = sheet;
  const { x, y, radius, category } = hall.plan.seats;
  const categories = Math.max(hall.looks.length, 1);
  const image = pen.getImageData(0, 0, width, height);
  const dots = {
    pixels: image.data, width, height, x, y, radius, scale, left, top, styles: dotStyles(sheet),
    styleOf: (seat: number) => hall.state(seat) * categories + category[seat]!,
  };
  const count = seats === null ? hall.seatCount : seats.length;
  for (let from = 0; from < count; from += DOT_STEP) {
    blendDots(dots, seats, from, Math.min(from + DOT_STEP, count));
    yield;
  }
  pen.putImageData(image, 0, 0);
}

function* paintMarks(sheet: Sheet, state: number, seats: number[]): Generator<void> {
  const { pen, hall, theme, scale, ratio, left, top } = sheet;
  const { x, y, radius } = hall.plan.seats;
  const { shape, tint } = hall.look(seats[0]!);
  for (let from = 0; from < seats.length; from += STEP) {
    pen.fillStyle = pen.strokeStyle = stateColour(theme, state, tint);
    pen.lineWidth = Math.max(1.25 * ratio, hall.radius * scale * 0.16);
    for (const seat of seats.slice(from, from + STEP)) {
      paintMark(pen, state, shape, x[seat]! * scale - left, y[seat]! * scale - top, radius[seat]! * scale);
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
  const { pen, hall, theme, scale, ratio, left, top } = sheet;
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
        pen.fillText(number[seat]!, x[seat]! * scale - left, y[seat]! * scale - top + drop);
      }
      yield;
    }
  }
}

function* paintRowNames(sheet: Sheet, labels: Labels): Generator<void> {
  const { pen, hall, theme, scale, ratio, left, top } = sheet;
  const size = rowTextSize((hall.radius * 2 * scale) / ratio);
  if (size === null) return;
  const { x, y, text } = hall.rowNames;
  pen.font = `600 ${size * ratio}px ${theme.font}`;
  pen.textAlign = "center";
  pen.fillStyle = theme.muted;
  for (const label of hall.rowNameGrid.within(grow(planRect(sheet), (size * ratio * 2) / scale))) {
    if (!labels.showsRow(label)) continue;
    pen.fillText(text[label]!, x[label]! * scale - left, y[label]! * scale - top + size * ratio * HALF_DIGIT);
  }
  yield;
}

function paintZoneNames(sheet: Sheet, labels: Labels): void {
  const { pen, theme, scale, ratio, left, top } = sheet;
  const size = ZONE_TEXT * ratio;
  pen.font = `650 ${size}px ${theme.font}`;
  pen.textAlign = "center";
  for (const label of labels.near(planRect(sheet))) {
    const x = label.x * scale - left;
    const y = label.y * scale - top;
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
