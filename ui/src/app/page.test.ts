// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepPage } from "./page";

let stop = (): void => undefined;

beforeEach(() => {
  document.body.innerHTML = "<input id='name'><button id='pay'></button>";
  stop = keepPage();
});

afterEach(() => {
  stop();
});

function stopped(event: Event, on: string): boolean {
  document.getElementById(on)?.dispatchEvent(event);
  return event.defaultPrevented;
}

const menu = (): Event => new Event("contextmenu", { bubbles: true, cancelable: true });
const key = (name: string, more: KeyboardEventInit = {}): Event => new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });

test("the web engine's menu comes in text fields alone", () => {
  expect([stopped(menu(), "pay"), stopped(menu(), "name")]).toEqual([true, false]);
});

test("no key loads the page again", () => {
  expect([key("F5"), key("F5", { shiftKey: true }), key("r", { ctrlKey: true }), key("R", { ctrlKey: true, shiftKey: true })].map((event) => stopped(event, "name"))).toEqual([true, true, true, true]);
  expect([key("r"), key("F6"), key("f", { ctrlKey: true })].map((event) => stopped(event, "name"))).toEqual([false, false, false]);
});
