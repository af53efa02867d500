/** Frames a second of one ready bitmap and of the seat map along the same gestures, in turns in the same window. */
import { IN_MEMORY } from "../picture";
import { SeatMap } from "../seatMap";
import type { View } from "../viewport";
import { GESTURES, moveAt, SECONDS, signOf, whyUseless, type Gesture, type Move, type Sign } from "./gesture";
import type { Sample } from "./samples";

const ROUNDS = 12;

interface Speeds {
  bitmap: number;
  bitmapInMemory: number;
  map: number;
  /** The map's share of the faster bitmap's frames, over all turns. */
  ratio: number;
  /** The longest single frame of the map, milliseconds. */
  mapWorstMs: number;
  /** What the page itself spends in a frame, milliseconds: hardly disturbed by what else the machine does. */
  ownMs: { bitmapInMemory: number; map: number };
}

/** Times all work that is done in frames while it is on. */
class FrameCosts {
  readonly #real = window.requestAnimationFrame;
  #sum = 0;
  #time = -1;
  readonly costs: number[] = [];

  start(): void {
    window.requestAnimationFrame = (act) =>
      this.#real.call(window, (time) => {
        if (time !== this.#time) {
          if (this.#time >= 0) this.costs.push(this.#sum);
          this.#time = time;
          this.#sum = 0;
        }
        const begin = performance.now();
        act(time);
        this.#sum += performance.now() - begin;
      });
  }

  stop(): number {
    window.requestAnimationFrame = this.#real;
    return this.costs.reduce((sum, cost) => sum + cost, 0) / Math.max(this.costs.length, 1);
  }
}

interface Speed {
  fps: number;
  worst: number;
  cost: number;
}

/** Runs one gesture; `move` is called once a frame. Returns frames a second and the longest frame. */
function run(gesture: Gesture, sign: Sign, move: (move: Move) => void): Promise<Speed> {
  const costs = new FrameCosts();
  costs.start();
  return new Promise((resolve) => {
    let begin = 0;
    let before = 0;
    let frames = 0;
    let worst = 0;
    const step = (time: number) => {
      if (begin === 0) begin = before = time;
      const elapsed = time - before;
      if (elapsed > worst) worst = elapsed;
      before = time;
      if (time - begin >= SECONDS * 1000) return resolve({ fps: (frames / (time - begin)) * 1000, worst, cost: costs.stop() });
      frames++;
      move(moveAt(gesture, sign, (time - begin) / 1000, elapsed / 1000));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

/** Draws one ready bitmap of the window's size: the bare minimum that any moving picture costs here. */
async function bitmapSpeed(gesture: Gesture, sign: Sign, picture: HTMLCanvasElement, settings: CanvasRenderingContext2DSettings): Promise<Speed> {
  const canvas = document.createElement("canvas");
  document.body.replaceChildren(canvas);
  canvas.width = picture.width;
  canvas.height = picture.height;
  const bitmap = document.createElement("canvas");
  bitmap.width = picture.width;
  bitmap.height = picture.height;
  bitmap.getContext("2d", settings)?.drawImage(picture, 0, 0);
  const pen = canvas.getContext("2d", { ...settings, alpha: false });
  if (pen === null) return { fps: 0, worst: 0, cost: 0 };
  const at = { x: 0, y: 0, k: 1 };
  return run(gesture, sign, ({ dx, dy, factor }) => {
    at.x = Math.max(-300, Math.min(300, at.x + dx));
    at.y = Math.max(-300, Math.min(300, at.y + dy));
    at.k = Math.max(0.7, at.k * factor);
    pen.fillStyle = "#fffefb";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (at.k === 1) pen.drawImage(bitmap, Math.round(at.x), Math.round(at.y));
    else pen.drawImage(bitmap, at.x, at.y, canvas.width * at.k, canvas.height * at.k);
  });
}

/** Where every turn of the map begins: on seats, and far from both ends of the zoom. */
async function begin(map: SeatMap, sample: Sample): Promise<void> {
  map.showAll();
  await map.settled();
  map.focusSeat(Math.floor(sample.plan.seats.x.length * 0.4));
  map.zoomOut();
  map.zoomOut();
  await map.settled();
}

/** Sends the gesture as the events that a hand would cause. */
async function mapSpeed(gesture: Gesture, sign: Sign, canvas: HTMLCanvasElement, map: SeatMap, sample: Sample): Promise<Speed> {
  document.body.replaceChildren(canvas);
  await begin(map, sample);
  const views: View[] = [];
  const hand = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 };
  const pointer = (kind: string) =>
    canvas.dispatchEvent(
      new PointerEvent(kind, { pointerId: 1, pointerType: "mouse", button: 0, clientX: hand.x, clientY: hand.y, bubbles: true }),
    );
  const middle = { clientX: hand.x, clientY: hand.y };
  pointer("pointerdown");
  const speed = await run(gesture, sign, ({ dx, dy, factor }) => {
    if (dx !== 0 || dy !== 0) {
      hand.x += dx;
      hand.y += dy;
      pointer("pointermove");
    }
    if (factor !== 1) canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -Math.log(factor) / 0.002, ...middle, cancelable: true }));
    if (map.view !== null) views.push(map.view);
  });
  canvas.dispatchEvent(new PointerEvent("pointercancel", { pointerId: 1 }));
  await map.settled();
  const useless = whyUseless(gesture, views, { width: canvas.clientWidth, height: canvas.clientHeight }, sample.plan.seats);
  if (useless !== null) throw new Error(useless);
  return speed;
}

async function prepare(canvas: HTMLCanvasElement, sample: Sample): Promise<SeatMap> {
  const map = new SeatMap(canvas, { pick() {}, hover() {}, area() {}, focus() {} });
  map.setPlan(sample.plan, sample.states);
  await map.settled();
  return map;
}

export async function measureFrames(canvas: HTMLCanvasElement, sample: Sample): Promise<Record<string, unknown>> {
  const map = await prepare(canvas, sample);
  const seen: Record<string, Record<"bitmap" | "bitmapInMemory" | "map", Speed[]>> = {};
  for (const gesture of GESTURES) seen[gesture] = { bitmap: [], bitmapInMemory: [], map: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const gesture of GESTURES) {
      const of = seen[gesture]!;
      const sign = signOf(round);
      document.title = `round ${round} ${gesture}`;
      if (round % 3 === 0) of.bitmap.push(await bitmapSpeed(gesture, sign, canvas, {}));
      of.bitmapInMemory.push(await bitmapSpeed(gesture, sign, canvas, IN_MEMORY));
      of.map.push(await mapSpeed(gesture, sign, canvas, map, sample));
    }
  }
  const middle = (of: Speed[], what: keyof Speed) => of.map((speed) => speed[what]).sort((a, b) => a - b)[of.length >> 1] ?? 0;
  const mean = (of: Speed[]) => of.reduce((sum, speed) => sum + speed.fps, 0) / Math.max(of.length, 1);
  const speeds: Record<string, Speeds> = {};
  for (const gesture of GESTURES) {
    const of = seen[gesture]!;
    const [bitmap, bitmapInMemory, map_] = [mean(of.bitmap), mean(of.bitmapInMemory), mean(of.map)];
    speeds[gesture] = {
      bitmap, bitmapInMemory, map: map_, ratio: map_ / Math.max(bitmap, bitmapInMemory), mapWorstMs: middle(of.map, "worst"),
      ownMs: { bitmapInMemory: middle(of.bitmapInMemory, "cost"), map: middle(of.map, "cost") },
    };
  }
  return { seats: sample.plan.seats.x.length, speeds };
}
