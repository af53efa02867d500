/**
 * The measuring page. It loads itself again and again to time first paints, then measures frames a second,
 * and leaves the result as JSON in the title (after "DONE ") and in `window.seatMapBench`; why there is none, as `failed`.
 * `?only=first-paint` leaves the frames out, `?paint=empty|map` makes one first paint; `?demo=arena|bowl` shows a hall instead.
 */
import type { Sample } from "./bench/samples";

const query = new URLSearchParams(location.search);
const FIRST_PAINTS = Number(query.get("runs") ?? 12);

interface Progress {
  empty: number[];
  map: number[];
}

function readProgress(): Progress {
  return JSON.parse(sessionStorage.getItem("first-paints") ?? '{"empty":[],"map":[]}') as Progress;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The tenth part that was least disturbed by what else the machine did. */
function quick(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 10)] ?? NaN;
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

function newCanvas(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  canvas.width = canvas.clientWidth;
  canvas.height = canvas.clientHeight;
  return canvas;
}

async function loadBowl(): Promise<Sample> {
  return (await (await fetch("./bowl.json")).json()) as Sample;
}

/** Milliseconds from the navigation's start until the frame after the first drawing was handed over. */
async function firstPaint(kind: "empty" | "map"): Promise<number> {
  const canvas = newCanvas();
  if (kind === "empty") {
    await loadBowl();
    const pen = canvas.getContext("2d");
    if (pen !== null) {
      pen.fillStyle = "#fffefb";
      pen.fillRect(0, 0, canvas.width, canvas.height);
    }
  } else {
    const [{ SeatMap }, bowl] = await Promise.all([import("./seatMap"), loadBowl()]);
    const map = new SeatMap(canvas, { pick() {}, hover() {}, area() {}, focus() {} });
    map.setPlan(bowl.plan, bowl.states);
  }
  await nextFrame();
  await nextFrame();
  return performance.now();
}

async function timeFirstPaints(progress: Progress): Promise<void> {
  const kind = progress.empty.length <= progress.map.length ? "empty" : "map";
  progress[kind].push(await firstPaint(kind));
  sessionStorage.setItem("first-paints", JSON.stringify(progress));
  location.reload();
}

async function timeFrames(progress: Progress): Promise<void> {
  const { measureFrames } = await import("./bench/frames");
  const frames = query.get("only") === "first-paint" ? {} : await measureFrames(newCanvas(), await loadBowl());
  // The first of each kind also warms the caches up.
  const empty = median(progress.empty.slice(1));
  const map = median(progress.map.slice(1));
  const result = {
    window: `${innerWidth}x${innerHeight}@${devicePixelRatio}`,
    ...frames,
    firstPaint: { emptyMs: empty, mapMs: map, ratio: map / empty, quietRatio: quick(progress.map) / quick(progress.empty) },
  };
  sessionStorage.removeItem("first-paints");
  Object.assign(window, { seatMapBench: { ...result, firstPaintRuns: progress } });
  // A title is cut at about a thousand characters.
  document.title = `DONE ${JSON.stringify(result, (_, value: unknown) => (typeof value === "number" ? Math.round(value * 100) / 100 : value))}`;
}

if (query.has("demo")) {
  const { showDemo } = await import("./bench/demo");
  await showDemo(query);
} else if (query.has("paint")) {
  document.title = `DONE ${await firstPaint(query.get("paint") === "map" ? "map" : "empty")}`;
} else {
  const progress = readProgress();
  try {
    if (progress.map.length < FIRST_PAINTS) await timeFirstPaints(progress);
    else await timeFrames(progress);
  } catch (thrown) {
    // A figure of something else than the hall is worse than none.
    document.title = `DONE ${JSON.stringify({ failed: thrown instanceof Error ? thrown.message : String(thrown) })}`;
  }
}
