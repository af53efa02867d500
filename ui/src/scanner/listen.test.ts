// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listenForScans, retractEvent } from "./listen";

let scans: string[] = [];
let stop = (): void => undefined;
let now = 0;

beforeEach(() => {
  vi.useFakeTimers();
  scans = [];
  now = 1000;
  document.body.innerHTML = "<input id='name'><button id='pay'></button>";
  stop = listenForScans((text) => scans.push(text));
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

/** Presses a key as a browser does: the field changes only when nobody prevented it. Returns whether somebody did. */
function press(key: string, gap: number): boolean {
  now += gap;
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent("keydown", { key, code: `code-${key}`, bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: now });
  target.dispatchEvent(event);
  if (!event.defaultPrevented && target instanceof HTMLInputElement && key.length === 1) {
    target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
    target.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  return event.defaultPrevented;
}

function field(): HTMLInputElement {
  const found = document.getElementById("name") as HTMLInputElement;
  found.focus();
  return found;
}

test("a code scanned into a focused field leaves the field as it was", () => {
  const name = field();
  for (const key of "Ada") {
    press(key, 120);
  }
  let typed = "";
  name.addEventListener("input", () => (typed = name.value));
  ["W", ..."K1:ABC"].forEach((key, index) => press(key, index === 0 ? 400 : 3));
  expect(press("Enter", 3)).toBe(true);
  expect(scans).toEqual(["WK1:ABC"]);
  expect(name.value).toBe("Ada");
  expect(typed).toBe("Ada");
});

test("no shortcut or button sees the held keys", () => {
  const seen: string[] = [];
  window.addEventListener("keydown", (event) => seen.push(event.key));
  document.getElementById("pay")?.focus();
  const retracted = vi.fn();
  window.addEventListener(retractEvent, retracted, { once: true });
  for (const key of "WK1:ABC") {
    press(key, 3);
  }
  expect(press("Tab", 3)).toBe(true);
  expect(seen).toEqual(["W"]);
  expect(retracted).toHaveBeenCalledOnce();
  expect(scans).toEqual(["WK1:ABC"]);
});

test("two quick keys of a person both arrive", () => {
  const name = field();
  press("o", 500);
  press("k", 10);
  expect(name.value).toBe("o");
  vi.advanceTimersByTime(600);
  expect(name.value).toBe("ok");
  expect(scans).toEqual([]);
});

test("held keys go back to the field they were typed into, wherever the focus is by then", () => {
  const name = field();
  press("o", 500);
  press("k", 10);
  document.getElementById("pay")?.focus();
  vi.advanceTimersByTime(600);
  expect(name.value).toBe("ok");
});

test("held keys come back even where every time-out is late", () => {
  const name = field();
  press("o", 500);
  press("k", 10);
  const real = performance.now.bind(performance);
  let slip = 0;
  const slow = vi.spyOn(performance, "now").mockImplementation(() => real() + (slip += 1000));
  vi.advanceTimersByTime(2000);
  slow.mockRestore();
  expect(name.value).toBe("ok");
});

test("quick keys outside any field are given back as keys", () => {
  const seen: string[] = [];
  const hear = (event: KeyboardEvent): number => seen.push(event.key);
  window.addEventListener("keydown", hear);
  (document.activeElement as HTMLElement | null)?.blur();
  press("4", 500);
  press("2", 10);
  vi.advanceTimersByTime(600);
  window.removeEventListener("keydown", hear);
  expect(seen).toEqual(["4", "2"]);
});

test("after it stops nothing is held", () => {
  stop();
  const name = field();
  for (const key of "WK1:ABC") {
    press(key, 3);
  }
  expect(name.value).toBe("WK1:ABC");
});
