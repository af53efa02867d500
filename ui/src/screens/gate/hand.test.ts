import { expect, test } from "vitest";
import { readTyped } from "./hand";

test.each(["", "   "])("%j is nothing", (text) => {
  expect(readTyped(text)).toEqual({ kind: "nothing" });
});

test.each([
  ["F7KQ2MX", "F7KQ2MX"],
  [" f7kq2mx ", "F7KQ2MX"],
])("%j is the order %s", (text, code) => {
  expect(readTyped(text)).toEqual({ kind: "order", code });
});

test.each([
  ["wk1:abc d%", "WK1:ABC D%"],
  [" WK1:F7KQ2MX ", "WK1:F7KQ2MX"],
  ["F7KQ2M0", "F7KQ2M0"],
  ["F7KQ2M", "F7KQ2M"],
  ["https://example.org/Ticket", "https://example.org/Ticket"],
])("%j goes to be judged", (text, judged) => {
  expect(readTyped(text)).toEqual({ kind: "code", text: judged });
});
