// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { codeMost, namedBy } from "./pairing";

const codeOf = (said: unknown): string => `WKP1.${btoa(JSON.stringify(said)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;

test("a code names its cloud, however it was broken into lines", () => {
  const code = codeOf({ version: 1, environment: "prod", region: "eu-central-1", tables: {} });
  expect(namedBy(code)).toEqual({ environment: "prod", region: "eu-central-1" });
  expect(namedBy(` ${code.slice(0, 20)}\n  ${code.slice(20)}\n`)).toEqual({ environment: "prod", region: "eu-central-1" });
});

test.each([
  ["", "nothing"],
  ["WK1:ABCDEFGHIJKLMNOP", "a ticket"],
  ["WKP1.", "an empty one"],
  ["WKP1.%%%", "no base64"],
  [codeOf("prod"), "no object"],
  [codeOf(null), "null"],
  [codeOf({ environment: 1, region: "eu" }), "a number for a name"],
  [codeOf({ environment: "", region: "eu" }), "no name"],
  [`WKP1.${"A".repeat(codeMost)}`, "far too much"],
])("%s names nothing (%s)", (text) => {
  expect(namedBy(text)).toBeUndefined();
});
