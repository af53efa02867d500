import { expect, test } from "vitest";
import { codeMost, namedBy } from "./pairing";

test("a code names its house and where it is, however it was typed", () => {
  const code = "WKP2:ABC123.EXECUTE-API.EU-CENTRAL-1.AMAZONAWS.COM/GRAND-HALL";
  const named = { address: "abc123.execute-api.eu-central-1.amazonaws.com", venue: "grand-hall" };
  for (const typed of [code, code.toLowerCase(), ` ${code.slice(0, 20)}\n  ${code.slice(20)}\n`]) {
    expect(namedBy(typed)).toEqual(named);
  }
});

test("an address may have a port and a path", () => {
  expect(namedBy("WKP2:127.0.0.1:4566/_AWS/EXECUTE-API/X1/$DEFAULT/HOUSE")).toEqual({ address: "127.0.0.1:4566/_aws/execute-api/x1/$default", venue: "house" });
});

test.each([
  ["", "nothing"],
  ["WK1:ABCDEFGHIJKLMNOP", "a ticket"],
  ["WKP1.eyJ2ZXJzaW9uIjoxfQ", "a code of an earlier version"],
  ["WKP2:", "an empty one"],
  ["WKP2:EXAMPLE.ORG", "no house"],
  ["WKP2:EXAMPLE.ORG/", "an empty house"],
  ["WKP2:/HOUSE", "no address"],
  ["WKP2:EXAMPLE.ORG//HOUSE", "an empty part of a path"],
  ["WKP2:HTTPS://EXAMPLE.ORG/HOUSE", "a scheme"],
  ["WKP2:A@EXAMPLE.ORG/HOUSE", "a user"],
  [`WKP2:EXAMPLE.ORG/${"A".repeat(codeMost)}`, "far too much"],
])("%s names nothing (%s)", (text) => {
  expect(namedBy(text)).toBeUndefined();
});
