import { describe, expect, test } from "vitest";
import { pace, wedge, type Ruling, type Stroke, type Wedge } from "./wedge";

/** As long as every ticket's: 148 characters. */
const token = `WK1:${"%69 VD92EX0/3$4:UM-QN*GP8+1.9A".repeat(5)}`.slice(0, 148);

/** Types `text` with `gap` milliseconds between keys; returns what came of each key. */
function type(into: Wedge, text: string, at: number, gap: number): { rulings: Ruling[]; at: number } {
  const rulings: Ruling[] = [];
  let now = at;
  for (const key of text) {
    rulings.push(into.key({ key, at: now }));
    now += gap;
  }
  return { rulings, at: now };
}

/** What a text field would hold after all rulings. */
function field(text: string, rulings: Ruling[]): string {
  return rulings.reduce((held, ruling, index) => {
    const kept = ruling.retract === true ? held.slice(0, -1) : held;
    return kept + (ruling.release ?? "") + (ruling.pass ? (text[index] ?? "") : "");
  }, "");
}

describe("a scanner", () => {
  test.each(["Enter", "Tab"])("that ends with %s hands over its code and the key does nothing", (key) => {
    const state = wedge();
    const { rulings, at } = type(state, token, 1000, 4);
    const end = state.key({ key, at });
    expect(end).toEqual({ pass: false, scanned: token, retract: true });
    expect(field(token, [...rulings, end])).toBe("");
  });

  test("that ends with nothing is heard after the silence", () => {
    const state = wedge();
    const { at } = type(state, token, 1000, 10);
    expect(state.patience).toBe(pace.silence);
    expect(state.silence(at + pace.silence)).toMatchObject({ scanned: token, retract: true });
    expect(state.silence(at + 500)).toEqual({ pass: true });
  });

  test("is heard whole though the machine stutters in the middle of a ticket", () => {
    const state = wedge();
    const first = type(state, token.slice(0, 60), 1000, 4);
    expect(state.patience).toBe(pace.late);
    const second = type(state, token.slice(60), first.at + pace.silence + 50, 4);
    expect(state.key({ key: "Enter", at: second.at }).scanned).toBe(token);
  });

  test("whose ticket breaks off is heard too, after a longer silence", () => {
    const state = wedge();
    const { at } = type(state, token.slice(0, 60), 1000, 4);
    expect(state.silence(at + pace.late).scanned).toBe(token.slice(0, 60));
  });

  test.each([1, 2, 3, 4])("whose keys reach a busy window late after the first %i is heard whole", (count) => {
    const state = wedge();
    const first = type(state, token.slice(0, count), 1000, 4);
    expect(state.patience).toBe(pace.late);
    const second = type(state, token.slice(count), first.at, 4);
    expect(state.key({ key: "Enter", at: second.at }).scanned).toBe(token);
  });

  test("that sends Enter late, or Enter and a line feed, presses nothing", () => {
    const state = wedge();
    const { at } = type(state, token, 1000, 4);
    expect(state.silence(at + pace.silence).scanned).toBe(token);
    expect(state.key({ key: "Enter", at: at + pace.silence + 60 })).toEqual({ pass: false });
    expect(state.key({ key: "j", chord: true, at: at + pace.silence + 64 })).toEqual({ pass: false });
    expect(state.key({ key: "Enter", at: at + 2000 })).toEqual({ pass: true });
  });

  test("reads two codes one after the other", () => {
    const state = wedge();
    const first = type(state, token, 1000, 4);
    expect(state.key({ key: "Enter", at: first.at }).scanned).toBe(token);
    const second = type(state, "WK1:SECOND", first.at + 300, 4);
    expect(state.key({ key: "Enter", at: second.at }).scanned).toBe("WK1:SECOND");
  });

  test("is heard when somebody typed a letter just before", () => {
    const state = wedge();
    expect(state.key({ key: "A", at: 900 })).toMatchObject({ pass: true });
    const { at } = type(state, token, 1000, 4);
    expect(state.key({ key: "Enter", at }).scanned).toBe(token);
  });

  test("presses Shift between its keys", () => {
    const state = wedge();
    let at = 1000;
    for (const key of token) {
      expect(state.key({ key: "Shift", at }).pass).toBe(true);
      state.key({ key, at: at + 3 });
      at += 8;
    }
    expect(state.key({ key: "Enter", at }).scanned).toBe(token);
  });

  test("with Caps Lock on still gives the ticket", () => {
    const state = wedge();
    const { at } = type(state, token.toLowerCase(), 1000, 4);
    expect(state.key({ key: "Enter", at }).scanned).toBe(token);
  });

  test("whose Shift was lost is handed on as it came", () => {
    const state = wedge();
    const lost = "wk1;569vd92ex0/34;um-qn8gp8=1.9a";
    const { at } = type(state, lost, 1000, 4);
    expect(state.key({ key: "Enter", at }).scanned).toBe(lost);
  });

  test.each(["4006381333931400638133", "4006381333931", "FC-104"])("reading somebody else's code %s is heard, and its Enter presses nothing", (code) => {
    const state = wedge();
    const { rulings, at } = type(state, code, 1000, 4);
    const end = state.key({ key: "Enter", at });
    expect(end).toEqual({ pass: false, scanned: code, retract: true });
    expect(field(code, [...rulings, end])).toBe("");
  });

  test("that sends a short code and no Enter is heard after the silence, and a late Enter presses nothing", () => {
    const state = wedge();
    const { at } = type(state, "4006381", 1000, 4);
    expect(state.silence(at + pace.silence)).toEqual({ pass: true, scanned: "4006381", retract: true });
    expect(state.key({ key: "Enter", at: at + pace.silence + 60 })).toEqual({ pass: false });
  });
});

describe("a text field", () => {
  const into = (): Wedge => {
    const state = wedge();
    return { ...state, key: (stroke) => state.key({ ...stroke, field: true }), silence: (at) => state.silence(at) };
  };

  test.each(["4006381333931", "wanda@example.org", "Window 1", "WKP2:TICKETS.EXAMPLE.ORG/HOUSE", "WK", "2580"])("keeps %s, typed as fast as by a scanner", (text) => {
    const state = into();
    const { rulings, at } = type(state, text, 1000, 1);
    const rest = state.silence(at + pace.late);
    expect(field(text, [...rulings, rest]).slice(0, text.length)).toBe(text);
    expect([...rulings, rest].some((ruling) => ruling.scanned !== undefined)).toBe(false);
  });

  test("keeps a scanned code, and its Enter, however late, goes nowhere", () => {
    const state = into();
    const first = type(state, "4006381333931", 1000, 4);
    expect(first.rulings.every((ruling) => ruling.pass)).toBe(true);
    expect(state.key({ key: "Enter", at: first.at })).toEqual({ pass: false });
    expect(state.key({ key: "j", chord: true, at: first.at + 4 })).toEqual({ pass: false });
    const second = type(state, "4006381333931", 3000, 4);
    state.silence(second.at + pace.silence);
    expect(state.key({ key: "Enter", at: second.at + 100 })).toEqual({ pass: false });
    expect(state.key({ key: "Enter", at: second.at + 1000 })).toEqual({ pass: true });
  });

  test("lets a password manager go on to the next one with Tab", () => {
    const state = into();
    const { at } = type(state, "wanda@example.org", 1000, 10);
    expect(state.key({ key: "Tab", at })).toEqual({ pass: true });
  });

  test("gives a scanned ticket away, and its Enter or Tab with it", () => {
    for (const key of ["Enter", "Tab"]) {
      const state = into();
      const { rulings, at } = type(state, token, 1000, 4);
      const end = state.key({ key, at });
      expect(end).toEqual({ pass: false, scanned: token, retract: true });
      expect(field(token, [...rulings, end])).toBe("");
    }
  });
});

describe("a person", () => {
  test("types undisturbed, and Enter stays Enter", () => {
    const state = wedge();
    const { rulings, at } = type(state, "Müller, WK1: 12345678901234567890", 1000, 90);
    expect(rulings.every((ruling) => ruling.pass && ruling.release === undefined)).toBe(true);
    expect(state.key({ key: "Enter", at })).toEqual({ pass: true });
  });

  test("who rolls over two keys gets both, in order", () => {
    const state = wedge();
    const text = "the";
    const strokes: Stroke[] = [
      { key: "t", at: 1000 },
      { key: "h", at: 1012 },
      { key: "e", at: 1130 },
    ];
    const rulings = strokes.map((stroke) => state.key(stroke));
    expect(rulings[1]).toEqual({ pass: false });
    expect(field(text, rulings)).toBe("the");
  });

  test("who stops after a roll-over gets the held key back on silence", () => {
    const state = wedge();
    state.key({ key: "o", at: 1000 });
    state.key({ key: "k", at: 1010 });
    expect(state.silence(1010 + pace.silence)).toEqual({ pass: true, release: "k" });
  });

  test("gets held keys back whatever the clocks say", () => {
    const state = wedge();
    state.key({ key: "o", at: 1000 });
    state.key({ key: "k", at: 1010 });
    expect(state.silence(0).release).toBe("k");
  });

  test("who leans on a key is no scanner", () => {
    const state = wedge();
    const rulings = Array.from({ length: 40 }, (_, index) => state.key({ key: "8", at: 1000 + index * 30, repeat: index > 0 }));
    expect(rulings.every((ruling) => ruling.pass)).toBe(true);
  });

  test("who types two keys fast and then Tab gets both before the Tab", () => {
    const state = wedge();
    state.key({ key: "4", at: 1000 });
    state.key({ key: "2", at: 1020 });
    expect(state.key({ key: "Tab", at: 1040 })).toEqual({ pass: true, release: "2" });
  });

  test("uses shortcuts and arrows undisturbed", () => {
    const state = wedge();
    expect(state.key({ key: "k", chord: true, at: 1000 })).toEqual({ pass: true });
    expect(state.key({ key: "ArrowDown", at: 1001 })).toEqual({ pass: true });
    expect(state.key({ key: " ", at: 1002 })).toEqual({ pass: true });
  });
});
