import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decimals, decimalString, formatMoney, minorFrom, moneyParts } from "./money";

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

test("every currency has the decimals that the station counts with", () => {
  const source = readFileSync("../crates/domain/src/money/currencies.rs", "utf8");
  const lists = [...source.matchAll(/^const (NONE|TWO|THREE|FOUR): [^=]+= &\[(.*?)\];/gms)];
  const counted = lists.flatMap(([, name = "", codes = ""]) => {
    const places = { NONE: 0, TWO: 2, THREE: 3, FOUR: 4 }[name];
    return [...codes.matchAll(/[A-Z]{3}/g)].map(([code]) => [code, places] as const);
  });
  expect(counted.length).toBeGreaterThan(150);
  expect(counted.map(([code]) => [code, decimals(code)])).toEqual(counted);
});

test("paper writes amounts as the English window does", () => {
  const source = readFileSync("../crates/domain/src/money/written.rs", "utf8");
  const signs = [...source.matchAll(/^ {4}\("([A-Z]{3})", "(.+?)"\),$/gm)].map(([, code = "", sign = ""]) => [code, sign.replace("\\u{202F}", "\u202f")] as const);
  expect(signs.length).toBeGreaterThan(20);
  const codes = ["CHF", "SEK", "HUF", "KWD", "PLN", "SGD", "ARS", "ZAR"].map((code) => [code, code] as const);
  for (const [currency, sign] of [...signs, ...codes]) {
    const written = moneyParts({ minor: -1234567, currency }, "en-US");
    expect([currency, written.find((part) => part.type === "currency")?.value]).toEqual([currency, sign]);
    const whole = written.map((part) => part.value).join("");
    const figures = whole.slice(whole.search(/\d/));
    expect(whole).toBe(`-${sign}${/\p{L}$/u.test(sign) ? "\u00a0" : ""}${figures}`);
  }
});

test("decimals are written where the language would leave them out", () => {
  expect(plain(formatMoney({ minor: 150000, currency: "HUF" }, "hu-HU"))).toBe("1500,00 Ft");
  expect(plain(formatMoney({ minor: 1500250, currency: "IQD" }, "en"))).toBe("IQD 1,500.250");
});

test.each([
  [{ minor: 0, currency: "USD" }, "0.00"],
  [{ minor: 5, currency: "USD" }, "0.05"],
  [{ minor: -5, currency: "USD" }, "-0.05"],
  [{ minor: 123456, currency: "JPY" }, "123456"],
  [{ minor: 1, currency: "KWD" }, "0.001"],
  [{ minor: 9007199254740993n, currency: "USD" }, "90071992547409.93"],
])("%o is %s", (amount, expected) => {
  expect(decimalString(amount)).toBe(expected);
});

test("an amount is written as the language writes it", () => {
  expect(formatMoney({ minor: 129900, currency: "USD" }, "en-US")).toBe("$1,299.00");
  expect(plain(formatMoney({ minor: 129900, currency: "EUR" }, "de-DE"))).toBe("1.299,00 €");
  expect(formatMoney({ minor: -5, currency: "USD" }, "en-US")).toBe("-$0.05");
});

test("no cent is lost where a double would lose it", () => {
  expect(formatMoney({ minor: 9007199254740993n, currency: "USD" }, "en-US")).toBe("$90,071,992,547,409.93");
  expect(formatMoney({ minor: 900719925474099301n, currency: "USD" }, "en-US")).toBe("$9,007,199,254,740,993.01");
});

test("the parts put together are the amount", () => {
  const amount = { minor: 4500, currency: "EUR" };
  expect(moneyParts(amount, "de").map((part) => part.value).join("")).toBe(formatMoney(amount, "de"));
});

test.each([
  ["12", "USD", 1200],
  ["12.5", "USD", 1250],
  [" 12,50 ", "EUR", 1250],
  ["0.29", "USD", 29],
  ["1.005", "KWD", 1005],
  ["500", "JPY", 500],
])("%s %s is %d minor units", (typed, currency, minor) => {
  expect(minorFrom(typed, currency)).toBe(minor);
});

test.each([
  ["", "USD"],
  ["12.505", "USD"],
  ["1.5", "JPY"],
  ["1,000.00", "USD"],
  ["-3", "USD"],
  ["1e3", "USD"],
])("%s %s is not an amount", (typed, currency) => {
  expect(minorFrom(typed, currency)).toBeUndefined();
});
