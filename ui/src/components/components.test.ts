// @vitest-environment happy-dom
import { flushSync, mount, unmount, type ComponentProps } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keys, startKeys } from "../keys/index.svelte";
import { language } from "../i18n/index.svelte";
import Harness from "./Harness.test.svelte";
import { appended, shortened } from "./digits";
import { listenForScans } from "../scanner/listen";
import { toasts } from "./toasts.svelte";

let shown: Record<string, unknown> | undefined;
let stopKeys = (): void => undefined;

beforeEach(() => {
  stopKeys = startKeys();
  language.choose("en");
});

afterEach(async () => {
  if (shown !== undefined) {
    await unmount(shown);
  }
  shown = undefined;
  stopKeys();
  document.body.replaceChildren();
  vi.useRealTimers();
});

function show(props: ComponentProps<typeof Harness>): void {
  shown = mount(Harness, { target: document.body, props });
  flushSync();
}

function press(key: string, target: Element = document.activeElement ?? document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  flushSync();
  return event;
}

function find<Found extends Element = HTMLElement>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (found === null) {
    throw new Error(`nothing matches ${selector}`);
  }
  return found;
}

describe("Button", () => {
  test("its key presses it, and only while it is on", () => {
    const onpay = vi.fn();
    show({ part: "button", onpay });
    press("Enter");
    expect(onpay).toHaveBeenCalledTimes(1);
    expect(keys.now.map((binding) => [binding.key, binding.label()])).toEqual([["Enter", "Pay $5.00"]]);
  });

  test("while busy it keeps the focus, says so, and takes no second press", () => {
    const onpay = vi.fn();
    show({ part: "button", onpay, busy: true });
    const button = find<HTMLButtonElement>("button");
    button.click();
    press("Enter");
    expect(onpay).not.toHaveBeenCalled();
    expect(button.getAttribute("aria-busy")).toBe("true");
    expect(button.disabled).toBe(false);
  });

  test("of two with one key, the later has it", () => {
    const onpay = vi.fn();
    const onback = vi.fn();
    show({ part: "two", onpay, onback });
    press("Enter");
    expect([onpay.mock.calls.length, onback.mock.calls.length]).toEqual([1, 0]);
    expect(keys.now).toHaveLength(1);
  });

  test("its key goes when it goes", async () => {
    const onpay = vi.fn();
    show({ part: "button", onpay });
    await unmount(shown ?? {});
    shown = undefined;
    press("Enter");
    expect(onpay).not.toHaveBeenCalled();
  });
});

describe("key hints", () => {
  test("are shown while Alt is held, in the language chosen, and not after", () => {
    vi.useFakeTimers();
    show({ part: "button", onpay: vi.fn() });
    press("Alt");
    expect(keys.shown).toBe(false);
    vi.advanceTimersByTime(300);
    flushSync();
    expect([...document.querySelectorAll("kbd")].map((cap) => cap.textContent)).toEqual(["Enter", "Enter"]);
    language.choose("de");
    flushSync();
    expect(find("kbd").textContent).toBe("Eingabe");
    window.dispatchEvent(new KeyboardEvent("keyup", { key: "Alt" }));
    flushSync();
    expect(document.querySelector("kbd")).toBeNull();
  });
});

describe("NumberPad", () => {
  test("amounts grow from the right, from keys and from the keyboard", () => {
    const onchange = vi.fn();
    show({ part: "pad", onchange });
    for (const key of ["1", "2"]) {
      press(key, document.body);
    }
    [...document.querySelectorAll("button")].find((button) => button.textContent === "00")?.click();
    flushSync();
    expect(find("output").textContent).toContain("12.00");
    press("Backspace", document.body);
    expect(find("output").textContent).toContain("1.20");
    expect(onchange.mock.calls.map(([value]) => value as number)).toEqual([1, 12, 1200, 120]);
  });

  test("its keys are shown with the others", () => {
    show({ part: "pad" });
    expect(keys.now.map((binding) => [binding.key, binding.label()])).toEqual([["0–9", "Digits"], ["Backspace", "Delete the last digit"], ["Delete", "Clear"]]);
  });

  test("digits typed into a field stay there", () => {
    const onchange = vi.fn();
    show({ part: "pad", onchange });
    press("7", find("input"));
    expect(onchange).not.toHaveBeenCalled();
  });

  test("a code scanned over it leaves it as it was", () => {
    stopKeys();
    const scans: string[] = [];
    const stopScans = listenForScans((text) => scans.push(text));
    stopKeys = startKeys();
    show({ part: "pad" });
    press("7", document.body);
    let at = performance.now() + 1000;
    const scan = (key: string): void => {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      Object.defineProperty(event, "timeStamp", { value: (at += 3) });
      document.body.dispatchEvent(event);
      flushSync();
    };
    for (const key of ["4", "Shift", ..."006381333931", "Enter"]) {
      scan(key);
    }
    expect(find("output").textContent).toContain("0.07");
    expect(scans).toEqual(["4006381333931"]);
    stopScans();
  });

  test("a number past the most is not taken", () => {
    expect(appended(99, "9", 999)).toBe(999);
    expect(appended(999, "00", 9999)).toBe(999);
    expect(shortened(7)).toBe(0);
  });
});

test("PinPad keeps digits only, and no more than its places", () => {
  const onchange = vi.fn();
  show({ part: "pin", onchange });
  const input = find<HTMLInputElement>("input");
  input.value = "12ab34567";
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  flushSync();
  expect(input.value).toBe("123456");
  expect(onchange).toHaveBeenLastCalledWith("123456");
  expect(input.type).toBe("password");
});

describe("Table", () => {
  const rows = ["a", "b", "c"];

  test("one row takes the tab stop; arrows move, Enter opens", () => {
    const onopen = vi.fn();
    show({ part: "table", rows, onopen });
    const lines = (): HTMLTableRowElement[] => [...document.querySelectorAll<HTMLTableRowElement>("tbody tr")];
    expect(lines().map((line) => line.tabIndex)).toEqual([0, -1, -1]);
    lines()[0]?.focus();
    press("ArrowDown");
    press("ArrowDown");
    press("ArrowDown");
    expect(document.activeElement).toBe(lines()[2]);
    press("Enter");
    expect(onopen).toHaveBeenCalledWith("c");
    expect(lines().map((line) => line.tabIndex)).toEqual([-1, -1, 0]);
  });

  test("says what to do when it is empty", () => {
    show({ part: "table", rows: [] });
    expect(find("h2").textContent).toBe("nothing");
  });
});

describe("Dialog", () => {
  test("covers the screen's keys and has its own", async () => {
    const onpay = vi.fn();
    const onclose = vi.fn();
    show({ part: "dialog", onpay, onclose });
    await vi.waitFor(() => find("[role=dialog]"));
    expect(keys.now.map((binding) => binding.key)).toEqual(["Escape", "F9"]);
    press("Enter", document.body);
    expect(onpay).not.toHaveBeenCalled();
    expect(find("[role=dialog]").getAttribute("aria-labelledby")).toBe(find("[role=heading], h2").id);
    press("Escape", document.body);
    expect(onclose).toHaveBeenCalled();
  });
});

describe("toasts", () => {
  test("go by themselves, refusals stay, and Undo undoes once", () => {
    vi.useFakeTimers();
    const undo = vi.fn();
    show({ part: "toasts" });
    toasts.undoable("Seat B-14 is back on sale.", undo);
    toasts.show({ kind: "stop", text: "Seat B-14 was just sold." });
    flushSync();
    expect(document.querySelectorAll("[aria-live=assertive] li")).toHaveLength(1);
    const undoButton = [...document.querySelectorAll("button")].find((button) => button.textContent === "Undo");
    undoButton?.click();
    flushSync();
    expect(undo).toHaveBeenCalledOnce();
    toasts.show({ kind: "go", text: "Printed." });
    flushSync();
    vi.advanceTimersByTime(60_000);
    flushSync();
    expect(toasts.shown.map((toast) => toast.text)).toEqual(["Seat B-14 was just sold."]);
  });

  test("end with what they were about", async () => {
    const { language } = await import("../i18n/index.svelte");
    show({ part: "toasts" });
    toasts.dismiss(toasts.shown[0]?.id ?? 0);
    language.choose("en");
    toasts.show({ kind: "stop", text: "Not printed.", over: () => language.current === "de" });
    flushSync();
    expect(document.querySelectorAll("li")).toHaveLength(1);
    language.choose("de");
    flushSync();
    expect([toasts.shown.length, document.querySelectorAll("li").length]).toEqual([0, 0]);
    language.choose("en");
  });
});
