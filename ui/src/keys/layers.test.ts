import { expect, test, vi } from "vitest";
import { bindingFor, checkKeyName, keysNow, type KeyBinding, type Layer } from "./layers";

const bind = (key: string, enabled = true): KeyBinding => ({ key, label: () => key, run: vi.fn(), enabled: () => enabled });
const layer = (exclusive: boolean, ...bindings: KeyBinding[]): Layer => ({ exclusive, bindings: () => bindings });

const frame = layer(false, bind("F2"), bind("Escape"));
const screen = layer(false, bind("Enter"), bind("Escape"));
const dialog = layer(true, bind("Enter"));

test("the highest layer that has a key gets it", () => {
  expect(bindingFor([frame, screen], "Escape", "elsewhere")).toBe(screen.bindings()[1]);
  expect(bindingFor([frame, screen], "F2", "text")).toBe(frame.bindings()[0]);
});

test("nothing under a dialog hears a key", () => {
  expect(bindingFor([frame, screen, dialog], "Enter", "elsewhere")).toBe(dialog.bindings()[0]);
  expect(bindingFor([frame, screen, dialog], "Escape", "elsewhere")).toBeUndefined();
  expect(keysNow([frame, screen, dialog]).map((binding) => binding.key)).toEqual(["Enter"]);
});

test("Enter on a focused button is the button's", () => {
  expect(bindingFor([screen], "Enter", "pressable")).toBeUndefined();
  expect(bindingFor([screen], "Enter", "text")).toBeDefined();
  expect(bindingFor([screen], "Escape", "pressable")).toBeDefined();
});

test("a key that is off does nothing, not even what lies under it, and is not shown", () => {
  const off = layer(false, bind("Enter", false));
  expect(bindingFor([screen, off], "Enter", "elsewhere")).toBeUndefined();
  expect(keysNow([off])).toEqual([]);
});

test("each key is shown once, as what it would do", () => {
  const shown = keysNow([frame, screen]);
  expect(shown.map((binding) => binding.key)).toEqual(["Enter", "Escape", "F2"]);
  expect(shown[1]).toBe(screen.bindings()[1]);
});

test("on and back are shown first, the function keys in their order last", () => {
  const till = layer(false, bind("F10"), bind("F6"), bind("Control+2"), bind("Control+1"), bind("Escape"), bind("F3"));
  expect(keysNow([till]).map((binding) => binding.key)).toEqual(["Escape", "Control+2", "Control+1", "F3", "F6", "F10"]);
});

test("a key that is only shown runs nothing, and hides none below it", () => {
  const shown: KeyBinding = { key: "Enter", label: () => "the seat" };
  const map = layer(false, shown);
  expect(bindingFor([screen, map], "Enter", "elsewhere")).toBe(screen.bindings()[0]);
  expect(keysNow([screen, map])[0]).toBe(shown);
  expect(bindingFor([screen, layer(true, shown)], "Enter", "elsewhere")).toBeUndefined();
});

test("a bare character cannot be bound", () => {
  expect(() => checkKeyName("b")).toThrow(RangeError);
  expect(() => checkKeyName("Control+b")).not.toThrow();
});
