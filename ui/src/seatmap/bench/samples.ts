/** Halls for measuring and looking at the map: drawn from a seed, so that two runs see the same. Not part of the app. */
import type { HallArea, HallPlan } from "../types";

export interface Sample {
  plan: HallPlan;
  states: string;
}

/** Numbers from 0 to 1, the same for the same seed. */
export function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

function emptyPlan(name: string, width: number, height: number, categories: string[]): HallPlan {
  return {
    name, width, height, zones: [], rowLabels: [], areas: [],
    categories: categories.map((category) => ({ name: category, color: null })),
    seats: { guid: [], row: [], number: [], zone: [], category: [], x: [], y: [], radius: [] },
  };
}

function area(part: Partial<HallArea>): HallArea {
  return {
    shape: "rectangle", x: 0, y: 0, rotation: 0, color: null, borderColor: null, points: [], width: 0, height: 0,
    text: null, standingArea: null, ...part,
  };
}

function addSeat(plan: HallPlan, zone: number, row: string, number: number, category: number, x: number, y: number, radius: number): void {
  const { seats } = plan;
  seats.guid.push(`${zone}-${row}-${number}`);
  seats.row.push(row);
  seats.number.push(String(number));
  seats.zone.push(zone);
  seats.category.push(category);
  seats.x.push(Math.round(x * 100) / 100);
  seats.y.push(Math.round(y * 100) / 100);
  seats.radius.push(radius);
}

/** Sold in clumps, as people come in parties; a few held and blocked. */
function someStates(count: number, soldShare: number, seed: number): string {
  const draw = draws(seed);
  let states = "";
  while (states.length < count) {
    const run = 1 + Math.floor(draw() * 6);
    const kind = draw();
    const state = kind < soldShare ? "2" : kind < soldShare + 0.03 ? "1" : kind < soldShare + 0.045 ? "3" : "0";
    states += state.repeat(run);
  }
  return states.slice(0, count);
}

function rowName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : rowName(Math.floor(index / 26) - 1) + rowName(index % 26);
}

interface Block {
  zone: string;
  category: (row: number) => number;
  rows: number;
  firstRow: number;
  /** Radius of the first row about the origin, and degrees from and to (0 is down, counted clockwise on screen to the left). */
  radius: number;
  from: number;
  to: number;
}

function addBlock(plan: HallPlan, block: Block, pitch: number, rowPitch: number, seatRadius: number): void {
  const zone = plan.zones.push({ name: block.zone, x: 0, y: 0 }) - 1;
  for (let row = 0; row < block.rows; row++) {
    const radius = block.radius + row * rowPitch;
    const spread = ((block.to - block.from) * Math.PI) / 180;
    const count = Math.floor((spread * radius) / pitch);
    const name = rowName(block.firstRow + row);
    const point = (k: number) => {
      const angle = ((block.from + block.to) * Math.PI) / 360 + ((k - (count - 1) / 2) * pitch) / radius;
      return { x: -Math.sin(angle) * radius, y: Math.cos(angle) * radius };
    };
    for (let k = 0; k < count; k++) {
      const at = point(k);
      addSeat(plan, zone, name, count - k, block.category(row), at.x, at.y, seatRadius);
    }
    plan.rowLabels.push({ text: name, ...point(-1) }, { text: name, ...point(count) });
  }
}

/** An arena of about 1,300 seats in curved rows before a stage, with a standing area. */
export function arena(): Sample {
  const plan = emptyPlan("Arena", 1400, 1000, ["Gold", "Silver", "Bronze", "Box"]);
  const rings: [string, number, number, number, (row: number) => number][] = [
    ["Parquet", 300, 9, 0, (row) => (row < 5 ? 0 : 1)],
    ["Balcony", 560, 8, 9, (row) => (row < 3 ? 1 : 2)],
  ];
  for (const [name, radius, rows, firstRow, category] of rings) {
    for (const [side, from, to] of [["right", -68, -25], ["centre", -22, 22], ["left", 25, 68]] as const) {
      addBlock(plan, { zone: `${name} ${side}`, category, rows, firstRow, radius, from, to }, 22, 26, 9);
    }
  }
  for (const [side, from, to] of [["right", -84, -73], ["left", 73, 84]] as const) {
    addBlock(plan, { zone: `Box ${side}`, category: () => 3, rows: 3, firstRow: 0, radius: 600, from, to }, 26, 30, 10);
  }
  plan.areas.push(
    area({
      shape: "polygon", x: 0, y: -60, points: [{ x: -240, y: -70 }, { x: 240, y: -70 }, { x: 200, y: 60 }, { x: -200, y: 60 }],
      color: "#888888", text: { text: "Stage", x: 0, y: 0, size: 34, color: null },
    }),
    area({
      x: -150, y: 30, width: 300, height: 210, standingArea: "floor",
      text: { text: "Standing", x: 150, y: 100, size: 26, color: null },
    }),
  );
  return { plan, states: someStates(plan.seats.x.length, 0.38, 7) };
}

/** A stadium of exactly 70,000 seats: three tiers of curved rows in sections around a pitch. */
export function bowl(): Sample {
  const plan = emptyPlan("Stadium", 8000, 7000, ["Main stand", "Side", "Corner", "Upper", "End", "Hospitality"]);
  const sections = 40;
  let depth = 0;
  for (const [tier, rows] of [[1, 34], [2, 22], [3, 43]] as const) {
    for (let section = 0; section < sections; section++) {
      addOval(plan, tier, section, sections, rows, depth);
    }
    depth += rows * 20 + 70;
  }
  plan.areas.push(area({
    x: -1050, y: -680, width: 2100, height: 1360, color: "#3a7d3a", text: { text: "Pitch", x: 1050, y: 680, size: 160, color: null },
  }));
  cut(plan, 70_000);
  return { plan, states: someStates(70_000, 0.42, 11) };
}

function addOval(plan: HallPlan, tier: number, section: number, sections: number, rows: number, depth: number): void {
  const zone = plan.zones.push({ name: String(tier * 100 + section + 1), x: 0, y: 0 }) - 1;
  const from = (section / sections) * 2 * Math.PI;
  const to = ((section + 1) / sections) * 2 * Math.PI;
  const side = Math.abs(Math.sin((from + to) / 2));
  const category = tier === 2 && side > 0.95 ? 5 : tier === 3 ? 3 : side > 0.8 ? 0 : side > 0.45 ? 2 : 4;
  for (let row = 0; row < rows; row++) {
    const a = 1320 + depth + row * 20;
    const b = 950 + depth + row * 20;
    const at = (angle: number) => ({ x: Math.cos(angle) * a, y: Math.sin(angle) * b });
    const length = Math.hypot(at(from).x - at(to).x, at(from).y - at(to).y) - 34;
    const count = Math.floor(length / 17);
    const name = rowName(row);
    for (let k = 0; k < count; k++) {
      const share = (k + 0.5 + (length / 17 - count) / 2 + 1) / (length / 17 + 2);
      const { x, y } = at(from + (to - from) * share);
      addSeat(plan, zone, name, k + 1, category, x, y, 7);
    }
    plan.rowLabels.push({ text: name, ...at(from + ((to - from) * 0.5) / (length / 17 + 2)) });
  }
}

function cut(plan: HallPlan, count: number): void {
  if (plan.seats.x.length < count) throw new RangeError(`Only ${plan.seats.x.length} seats were generated.`);
  for (const column of Object.values(plan.seats) as unknown[][]) column.length = count;
}
