import { expect, test } from "vitest";
import { cleanName, freshSettings, readSettings, writeSettings, type GateSettings } from "./settings";

function storage(held: string | null): Storage {
  let value = held;
  return { getItem: () => value, setItem: (_: string, next: string) => (value = next) } as unknown as Storage;
}

test("what was written is read again", () => {
  const kept = storage(null);
  const settings: GateSettings = { name: "North gate", cameraId: "2", mirrored: true, volume: 0.25, palette: "light", anyEventWith: "e1" };
  writeSettings(kept, settings);
  expect(readSettings(kept)).toEqual(settings);
});

test.each([null, "", "{", "null", "7", '{"name":7,"volume":3,"palette":"pink","mirrored":"yes"}'])("%j gives the settings of the first day", (held) => {
  expect(readSettings(storage(held))).toEqual(freshSettings);
});

test("a store that refuses changes nothing and throws nothing", () => {
  const refusing = {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("full");
    },
  };
  expect(readSettings(refusing)).toEqual(freshSettings);
  expect(() => {
    writeSettings(refusing, freshSettings);
  }).not.toThrow();
});

test("a name is one line of at most sixty characters", () => {
  expect(cleanName("  North\tgate \n")).toBe("North gate");
  expect([...cleanName("🎪".repeat(80))]).toHaveLength(60);
  expect(cleanName(`${"a".repeat(59)} b`)).toBe("a".repeat(59));
});
