/**
 * What lies over the picture and is drawn afresh in each frame: seats of this cart, hover and focus.
 * There are few of them, whatever the hall's size.
 */
import { traceArea } from "./areas";
import type { Hall } from "./hall";
import { numberSize, type Pen } from "./paint";
import { outline, TEXT_DROP } from "./shapes";
import type { MapTheme } from "./theme";
import type { Point, View } from "./viewport";

export interface Overlay {
  hall: Hall;
  theme: MapTheme;
  view: View;
  ratio: number;
  mine: readonly number[];
  hovered: number | null;
  hoveredArea: number | null;
  focused: number | null;
}

/** From this radius on (CSS pixels) a seat itself carries its number; below, a badge does. */
const CARRIES_NUMBER = 7.5;
/** Badges nearer than this (CSS pixels) become one. */
const TOGETHER = 30;

/** Groups points that lie within `reach` of any of a group's. Returns indexes, in order. */
export function clusters(points: readonly Point[], reach: number): number[][] {
  const groups: number[][] = [];
  points.forEach((point, index) => {
    const home = groups.find((group) =>
      group.some((member) => Math.hypot(points[member]!.x - point.x, points[member]!.y - point.y) <= reach),
    );
    if (home === undefined) groups.push([index]);
    else home.push(index);
  });
  return groups;
}

/** What a badge says for these seats: one number, a run of numbers in a row, or how many. */
export function badgeText(hall: Hall, seats: readonly number[]): string {
  const { number, row, zone } = hall.plan.seats;
  const first = seats[0];
  if (first === undefined) return "";
  if (seats.length === 1) return number[first]!;
  const sorted = seats.map((seat) => Number(number[seat]!)).sort((a, b) => a - b);
  const sameRow = seats.every((seat) => row[seat] === row[first] && zone[seat] === zone[first]);
  const run = sorted.every((value, k) => Number.isInteger(value) && value === sorted[0]! + k);
  return sameRow && run ? `${sorted[0]!}–${sorted[sorted.length - 1]!}` : `×${seats.length}`;
}

function place({ hall, view, ratio }: Overlay, seat: number): Point {
  const at = hall.at(seat);
  const scale = view.scale * ratio;
  return { x: at.x * scale + Math.round(view.x * ratio), y: at.y * scale + Math.round(view.y * ratio) };
}

export function drawOverlay(pen: Pen, overlay: Overlay): void {
  const { hall, view } = overlay;
  if (overlay.hoveredArea !== null) drawAreaRing(pen, overlay, overlay.hoveredArea);
  if (hall.radius * view.scale >= CARRIES_NUMBER) for (const seat of overlay.mine) drawMine(pen, overlay, seat);
  else drawBadges(pen, overlay);
  if (overlay.hovered !== null) drawRing(pen, overlay, overlay.hovered, false);
  if (overlay.focused !== null) drawRing(pen, overlay, overlay.focused, true);
}

function drawAreaRing(pen: Pen, { hall, theme, view, ratio }: Overlay, index: number): void {
  const area = hall.plan.areas[index];
  if (area === undefined) return;
  pen.beginPath();
  traceArea(pen, area, view.scale * ratio, Math.round(view.x * ratio), Math.round(view.y * ratio));
  pen.strokeStyle = theme.mark;
  pen.lineWidth = 3 * ratio;
  pen.stroke();
}

function drawMine(pen: Pen, overlay: Overlay, seat: number): void {
  const { hall, theme, view, ratio } = overlay;
  const { x, y } = place(overlay, seat);
  const r = hall.plan.seats.radius[seat]! * view.scale * ratio * 1.14;
  const { shape } = hall.look(seat);
  pen.beginPath();
  outline(pen, shape, x, y, r);
  pen.lineJoin = "round";
  pen.strokeStyle = theme.mark;
  pen.lineWidth = 8 * ratio;
  pen.stroke();
  pen.strokeStyle = theme.ground;
  pen.lineWidth = 4 * ratio;
  pen.stroke();
  pen.fillStyle = theme.accent;
  pen.fill();
  const text = hall.plan.seats.number[seat]!;
  const size = numberSize(text.length, shape, r, ratio);
  if (size === 0) return;
  pen.font = `700 ${size}px ${theme.font}`;
  pen.textAlign = "center";
  pen.fillStyle = theme.onAccent;
  pen.fillText(text, x, y + size * 0.36 + TEXT_DROP[shape] * r);
}

function drawBadges(pen: Pen, overlay: Overlay): void {
  const { hall, theme, ratio, mine } = overlay;
  if (mine.length === 0) return;
  const points = mine.map((seat) => place(overlay, seat));
  pen.font = `700 ${12 * ratio}px ${theme.font}`;
  pen.textAlign = "center";
  for (const group of clusters(points, TOGETHER * ratio)) {
    const text = badgeText(hall, group.map((index) => mine[index]!));
    const x = group.reduce((sum, index) => sum + points[index]!.x, 0) / group.length;
    const y = group.reduce((sum, index) => sum + points[index]!.y, 0) / group.length;
    const halfHeight = 10 * ratio;
    const halfWidth = Math.max(halfHeight, pen.measureText(text).width / 2 + 6 * ratio);
    pen.beginPath();
    pen.roundRect(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight, halfHeight);
    pen.strokeStyle = theme.ground;
    pen.lineWidth = 3 * ratio;
    pen.stroke();
    pen.fillStyle = theme.accent;
    pen.fill();
    pen.fillStyle = theme.onAccent;
    pen.fillText(text, x, y + 4.3 * ratio);
  }
}

function drawRing(pen: Pen, overlay: Overlay, seat: number, focus: boolean): void {
  const { hall, theme, view, ratio } = overlay;
  const { x, y } = place(overlay, seat);
  const r = hall.plan.seats.radius[seat]! * view.scale * ratio;
  // Outside the ring that a seat of this cart has anyway.
  const gap = (overlay.mine.includes(seat) ? 6 : 2) + (focus ? 2 : 1);
  pen.beginPath();
  if (r < 5 * ratio) pen.arc(x, y, (6 + gap) * ratio, 0, 2 * Math.PI);
  else outline(pen, hall.look(seat).shape, x, y, r * 1.14 + gap * ratio);
  pen.lineJoin = "round";
  pen.strokeStyle = theme.ground;
  pen.lineWidth = (focus ? 7 : 5) * ratio;
  pen.stroke();
  pen.strokeStyle = theme.text;
  pen.lineWidth = (focus ? 3 : 2) * ratio;
  pen.stroke();
}
