/**
 * The outlines of seats, in units of a seat's radius, with about the same area each so that no category
 * looks bigger. One description serves the canvas and the legend's SVG.
 */

export const SHAPES = ["circle", "square", "diamond", "hexagon", "triangle", "arch", "plus", "plate"] as const;
export type Shape = (typeof SHAPES)[number];

/** The furthest that any outline reaches from its centre, in radii. */
export const REACH = 1.25;

type Corner = readonly [x: number, y: number, round: number];

function regular(corners: number, reach: number, turn: number, round: number): Corner[] {
  return Array.from({ length: corners }, (_, k) => {
    const angle = ((k / corners) * 360 + turn) * (Math.PI / 180);
    return [Math.cos(angle) * reach, Math.sin(angle) * reach, round] as const;
  });
}

const BAR = 0.4;
const ARM = 1.02;
const CORNERS: Record<Exclude<Shape, "circle">, readonly Corner[]> = {
  square: regular(4, 1.24, 45, 0.28),
  diamond: regular(4, 1.2, 0, 0.22),
  hexagon: regular(6, 1.07, 90, 0.16),
  triangle: regular(3, 1.3, -90, 0.3).map(([x, y, round]) => [x * 1.02, y * 0.98 + 0.22, round] as const),
  arch: [[-0.86, 0.88, 0.18], [-0.86, -0.94, 0.86], [0.86, -0.94, 0.86], [0.86, 0.88, 0.18]],
  plus: [
    [-BAR, -ARM, 0.2], [BAR, -ARM, 0.2], [BAR, -BAR, 0.05], [ARM, -BAR, 0.2], [ARM, BAR, 0.2], [BAR, BAR, 0.05],
    [BAR, ARM, 0.2], [-BAR, ARM, 0.2], [-BAR, BAR, 0.05], [-ARM, BAR, 0.2], [-ARM, -BAR, 0.2], [-BAR, -BAR, 0.05],
  ],
  plate: [[-0.88, -0.86, 0.2], [0.88, -0.86, 0.2], [0.88, 0.3, 0.2], [0, 1.12, 0.2], [-0.88, 0.3, 0.2]],
};

/** How much of the seat's width a number may take. */
export const TEXT_ROOM: Record<Shape, number> = {
  circle: 1.5, square: 1.6, diamond: 1.3, hexagon: 1.5, triangle: 1.1, arch: 1.5, plus: 1.5, plate: 1.5,
};

/** How far below the centre a number sits, in radii. */
export const TEXT_DROP: Record<Shape, number> = {
  circle: 0, square: 0, diamond: 0, hexagon: 0, triangle: 0.3, arch: 0.06, plus: 0, plate: -0.12,
};

/** One step of an outline: a straight line to (x, y), then a bend about the corner (cx, cy) to (tx, ty). */
type Step = readonly [x: number, y: number, cx: number, cy: number, tx: number, ty: number];

function steps(corners: readonly Corner[]): Step[] {
  return corners.map(([x, y, round], k) => {
    const [px, py] = corners[(k + corners.length - 1) % corners.length]!;
    const [nx, ny] = corners[(k + 1) % corners.length]!;
    const before = Math.hypot(px - x, py - y);
    const after = Math.hypot(nx - x, ny - y);
    const b = Math.min(round, before / 2) / before;
    const a = Math.min(round, after / 2) / after;
    return [x + (px - x) * b, y + (py - y) * b, x, y, x + (nx - x) * a, y + (ny - y) * a] as const;
  });
}

const STEPS = Object.fromEntries(
  Object.entries(CORNERS).map(([shape, corners]) => [shape, steps(corners)]),
) as Record<Exclude<Shape, "circle">, Step[]>;

/** The part of a canvas that outlines need. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
}

/** Adds the closed outline of a seat of radius `r` at (x, y) to the pen's path. */
export function outline(pen: Pen, shape: Shape, x: number, y: number, r: number): void {
  if (shape === "circle") {
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  let first = true;
  for (const [lx, ly, cx, cy, tx, ty] of STEPS[shape]) {
    if (first) pen.moveTo(x + lx * r, y + ly * r);
    else pen.lineTo(x + lx * r, y + ly * r);
    pen.quadraticCurveTo(x + cx * r, y + cy * r, x + tx * r, y + ty * r);
    first = false;
  }
  pen.closePath();
}

/** The outline as SVG path data about the origin, for a legend. */
export function outlineSvg(shape: Shape, r: number): string {
  if (shape === "circle") return `M${r} 0A${r} ${r} 0 1 1 ${-r} 0A${r} ${r} 0 1 1 ${r} 0Z`;
  const n = (value: number) => (value * r).toFixed(2);
  return (
    STEPS[shape]
      .map(([lx, ly, cx, cy, tx, ty], k) => `${k === 0 ? "M" : "L"}${n(lx)} ${n(ly)}Q${n(cx)} ${n(cy)} ${n(tx)} ${n(ty)}`)
      .join("") + "Z"
  );
}
