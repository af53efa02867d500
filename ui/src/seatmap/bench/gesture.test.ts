import { describe, expect, test } from "vitest";
import { Camera } from "../camera";
import { Hall } from "../hall";
import { COMFORTABLE } from "../targets";
import type { View } from "../viewport";
import { GESTURES, moveAt, SECONDS, showsSeats, signOf, whyUseless, zooms, type Gesture, type Sign } from "./gesture";
import { bowl } from "./samples";

const { plan, states } = bowl();
const hall = new Hall(plan, states);
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

/** The camera where `begin` of the measuring page puts it. */
function beginning(size: (typeof sizes)[number]): Camera {
  const camera = new Camera(hall.bounds, hall.radius, size);
  camera.calm = true;
  camera.showAll();
  const seat = hall.at(Math.floor(hall.seatCount * 0.4));
  camera.jump(seat, COMFORTABLE, 72);
  const middle = { x: size.width / 2, y: size.height / 2 };
  camera.step(1 / 1.6, middle);
  camera.step(1 / 1.6, middle);
  return camera;
}

/** The views of one turn at so many frames a second. */
function turn(camera: Camera, gesture: Gesture, sign: Sign, fps: number): View[] {
  const middle = { x: camera.size.width / 2, y: camera.size.height / 2 };
  const views: View[] = [];
  for (let seconds = 0; seconds < SECONDS; seconds += 1 / fps) {
    const { dx, dy, factor } = moveAt(gesture, sign, seconds, 1 / fps);
    if (dx !== 0 || dy !== 0) camera.pan(dx, dy);
    if (factor !== 1) camera.zoom(factor, middle);
    views.push(camera.view);
  }
  return views;
}

describe.each(sizes)("in a window of $width x $height", (size) => {
  test.each(GESTURES)("%s goes over seats in every frame and reaches no limit, either way and however slow", (gesture) => {
    for (const sign of [1, -1] as const) {
      for (const fps of [15, 60, 144]) {
        const camera = beginning(size);
        const views = turn(camera, gesture, sign, fps);
        expect(whyUseless(gesture, views, size, plan.seats)).toBeNull();
        if (zooms(gesture)) {
          const scales = views.map((view) => view.scale);
          expect(Math.max(...scales) / Math.min(...scales)).toBeGreaterThan(1.5);
          expect(Math.min(...scales)).toBeGreaterThan(camera.limits.min);
          expect(Math.max(...scales)).toBeLessThan(camera.limits.max);
        }
      }
    }
  });
});

test("turns that each begin where the one before ended leave the hall: that is what is refused", () => {
  const camera = beginning(sizes[0]);
  const useless = Array.from({ length: 12 }, () => GESTURES.map((gesture) => whyUseless(gesture, turn(camera, gesture, 1, 60), sizes[0], plan.seats)));
  expect(useless.flat().some((why) => why !== null)).toBe(true);
});

test("rounds go there and back", () => {
  expect([0, 1, 2, 3].map(signOf)).toEqual([1, -1, 1, -1]);
  const [there, back] = [moveAt("panZoom", 1, 0.3, 0.016), moveAt("panZoom", -1, 0.3, 0.016)];
  expect([there.dx + back.dx, there.dy + back.dy]).toEqual([0, 0]);
  expect(there.factor * back.factor).toBeCloseTo(1, 12);
});

test("a view beside the hall shows no seat", () => {
  expect(showsSeats({ scale: 1, x: 1e6, y: 0 }, sizes[0], plan.seats)).toBe(false);
});
