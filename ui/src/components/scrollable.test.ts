// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import { scrollable } from "./scrollable";

let stop = (): void => undefined;

afterEach(() => {
  stop();
  document.body.replaceChildren();
});

function region(content: string, height: number): HTMLElement {
  const made = document.createElement("div");
  made.innerHTML = content;
  Object.defineProperties(made, { scrollHeight: { value: height, configurable: true }, clientHeight: { value: 100 } });
  document.body.append(made);
  stop = scrollable(made);
  return made;
}

const told = (of: HTMLElement): [boolean, number] => [of.hasAttribute("data-scrolls"), of.tabIndex];

test("what scrolls says so, and the keyboard reaches it", () => {
  expect(told(region("<p>long</p>", 300))).toEqual([true, 0]);
});

test("what holds something to focus scrolls by that", () => {
  expect(told(region("<button>one of many</button>", 300))).toEqual([true, -1]);
});

test("what fits says nothing, also when it fits again", async () => {
  const fitting = region("<p>short</p>", 101);
  expect(told(fitting)).toEqual([false, -1]);
  Object.defineProperty(fitting, "scrollHeight", { value: 300, configurable: true });
  fitting.append("more");
  await Promise.resolve();
  expect(told(fitting)).toEqual([true, 0]);
  Object.defineProperty(fitting, "scrollHeight", { value: 100, configurable: true });
  fitting.append("less");
  await Promise.resolve();
  expect(told(fitting)).toEqual([false, -1]);
});
