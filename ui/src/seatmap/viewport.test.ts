import { describe, expect, test } from "vitest";
import { between, centreOn, fitView, keepInside, resized, reveal, toPlan, toScreen, visibleRect, zoomAbout } from "./viewport";

const window_ = { width: 1200, height: 800 };
const hall = { x0: -500, y0: 100, x1: 1500, y1: 1100 };

describe("fitting", () => {
  test("shows the whole hall, centred, with the padding on the tight side", () => {
    const view = fitView(hall, window_, 20);
    const sight = visibleRect(view, window_);
    expect(view.scale).toBeCloseTo(1160 / 2000, 9);
    expect(toScreen(view, { x: 500, y: 600 })).toEqual({ x: 600, y: 400 });
    expect(sight.x0 < hall.x0 && sight.x1 > hall.x1 && sight.y0 < hall.y0 && sight.y1 > hall.y1).toBe(true);
  });

  test("a hall of one point does not divide by nothing", () => {
    const view = fitView({ x0: 3, y0: 3, x1: 3, y1: 3 }, window_, 20);
    expect(Number.isFinite(view.scale) && Number.isFinite(view.x)).toBe(true);
  });
});

describe("zooming", () => {
  const limits = { min: 0.5, max: 8 };

  test.each([0.3, 1.1, 2, 100])("by %d leaves what is under the pointer where it is", (factor) => {
    const view = { scale: 1.5, x: -40, y: 12 };
    const at = { x: 333, y: 222 };
    const under = toPlan(view, at);
    const zoomed = zoomAbout(view, factor, at, limits);
    const now = toScreen(zoomed, under);
    expect(now.x).toBeCloseTo(at.x, 6);
    expect(now.y).toBeCloseTo(at.y, 6);
    expect(zoomed.scale).toBeGreaterThanOrEqual(limits.min);
    expect(zoomed.scale).toBeLessThanOrEqual(limits.max);
  });
});

describe("staying inside", () => {
  test("a hall smaller than the window is centred", () => {
    const view = keepInside({ scale: 0.1, x: 900, y: -300 }, hall, window_, 50);
    expect(toScreen(view, { x: 500, y: 600 })).toEqual({ x: 600, y: 400 });
  });

  test("a larger one never leaves more than the margin empty", () => {
    const far = keepInside({ scale: 4, x: 1e6, y: -1e6 }, hall, window_, 50);
    expect(toScreen(far, { x: hall.x0, y: 0 }).x).toBe(50);
    expect(toScreen(far, { x: 0, y: hall.y1 }).y).toBe(750);
  });

  test("a view that is inside stays as it is", () => {
    const view = centreOn({ x: 500, y: 600 }, 4, window_);
    expect(keepInside(view, hall, window_, 50)).toEqual(view);
  });
});

test("revealing moves by the least that is needed", () => {
  const view = { scale: 2, x: 0, y: 0 };
  expect(reveal(view, { x: 300, y: 200 }, window_, 60), "already well inside").toEqual(view);
  expect(toScreen(reveal(view, { x: 700, y: 10 }, window_, 60), { x: 700, y: 10 })).toEqual({ x: 1140, y: 60 });
});

test("a glide begins and ends exactly and keeps its course in between", () => {
  const from = centreOn({ x: 0, y: 0 }, 1, window_);
  const to = centreOn({ x: 800, y: 400 }, 4, window_);
  expect(between(from, to, 0, window_)).toBe(from);
  expect(between(from, to, 1, window_)).toBe(to);
  const half = between(from, to, 0.5, window_);
  expect(half.scale).toBeCloseTo(2, 9);
  const middle = toPlan(half, { x: 600, y: 400 });
  expect(middle.x / middle.y).toBeCloseTo(2, 9);
  const panned = between(from, centreOn({ x: 100, y: 0 }, 1, window_), 0.5, window_);
  expect(toPlan(panned, { x: 600, y: 400 }).x).toBeCloseTo(50, 6);
});

test("a window that grows keeps its middle", () => {
  const view = centreOn({ x: 70, y: 80 }, 3, window_);
  const larger = resized(view, window_, { width: 1600, height: 900 });
  expect(toPlan(larger, { x: 800, y: 450 })).toEqual({ x: 70, y: 80 });
});
