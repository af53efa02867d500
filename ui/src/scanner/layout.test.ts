// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { deadKey, typedInUs, withoutMarks } from "./layout";
import { listenForScans } from "./listen";

/** A real ticket's code: `a_token_is_the_same_for_ever` in crates/domain/src/token/tests.rs. */
const ticket =
  "WK1:V50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSZOVDM45E6XXU7CK0ST4J8.4RF1L3CBG:UZQMKQO:TSSXB2ZMA*5:BH%Y1PLOXQE$P45T6R/VQ+B/A6QCQI-206IU33:ND";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:]\\dez";

/** What a computer writes for the alphabet, from xkeyboard-config 2.35; `dead` names the characters on dead keys. */
const computers: Record<string, { written: string; dead: string }> = {
  "US English": { written: alphabet, dead: "" },
  German: { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%(`ß.-Ö+#dey", dead: "+" },
  "German without dead keys": { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%(`ß.-Ö+#dey", dead: "" },
  "Swiss German": { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY ç%(`'.-é¨$dey", dead: "+]" },
  French: { written: "à&é\"'(-è_çQBCDEFGHIJKL?NOPARSTUVZXYW 458+):!M$*dew", dead: "" },
  Belgian: { written: "à&é\"'(§è!çQBCDEFGHIJKL?NOPARSTUVZXYW 458_):=M$µdew", dead: "" },
  Spanish: { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(¿'.-Ñ+çdez", dead: "" },
  Italian: { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(^'.-ç+ùdez", dead: "" },
  Swedish: { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Ö¨'dez", dead: "+]" },
  Danish: { written: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Æ¨'dez", dead: "+]" },
  Czech: { written: "é+ěščřžýáíABCDEFGHIJKLMNOPQRSTUVWXZY 458ˇ=.-\")¨dey", dead: "+\\" },
};

const codes = [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("").map((letter) => `Key${letter}`),
  ..."0123456789".split("").map((digit) => `Digit${digit}`),
  ..."Minus Equal BracketLeft BracketRight Backslash Semicolon Quote Comma Period Slash Space".split(" "),
];
const keyboard = new Map(codes.flatMap((code) => [true, false].map((shift) => [typedInUs(code, shift), { code, shift }] as const)));

interface Key {
  readonly key: string;
  readonly code: string;
  readonly shift: boolean;
}

/** The keys of a US scanner, as this computer hears them. */
function keysOf(text: string, computer: string, capsLock = false): Key[] {
  const { written = "", dead = "" } = computers[computer] ?? {};
  return [...text].map((sign) => {
    const { code, shift } = keyboard.get(sign) ?? { code: "", shift: false };
    const out = dead.includes(sign) ? "Dead" : ([...written][alphabet.indexOf(sign)] ?? sign);
    const swapped = out === out.toLowerCase() ? out.toUpperCase() : out.toLowerCase();
    return { key: capsLock && swapped.length === 1 ? swapped : out, code, shift };
  });
}

let scans: string[] = [];
let stop = (): void => undefined;
let now = 0;

beforeEach(() => {
  vi.useFakeTimers();
  scans = [];
  now = 1000;
  document.body.innerHTML = "<input id='name'><button id='pay'></button>";
  stop = listenForScans((text) => scans.push(text));
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

/** Presses a key as a browser does; returns whether the page kept it for itself. */
function press({ key, code, shift }: Key, more: KeyboardEventInit = {}): boolean {
  now += 4;
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent("keydown", { key, code, shiftKey: shift, bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, "timeStamp", { value: now });
  target.dispatchEvent(event);
  if (!event.defaultPrevented && target instanceof HTMLInputElement && [...key].length === 1 && more.ctrlKey !== true) {
    target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
    target.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  return event.defaultPrevented;
}

const enter: Key = { key: "Enter", code: "Enter", shift: false };

function scan(keys: readonly Key[]): void {
  now += 500;
  keys.forEach((key) => press(key));
  press(enter);
}

function focusField(): HTMLInputElement {
  const field = document.getElementById("name") as HTMLInputElement;
  field.value = "Ada";
  field.focus();
  return field;
}

describe.each(Object.keys(computers))("a US scanner at a computer set to %s", (computer) => {
  test.each(["", "]Q1", "]d2", "\\000026", "]Q1\\000026"])("with %j before the code gives the ticket", (marks) => {
    scan(keysOf(marks + ticket, computer));
    expect(scans).toEqual([ticket]);
  });

  test("with Caps Lock on gives the ticket", () => {
    scan(keysOf(ticket, computer, true));
    expect(scans).toEqual([ticket]);
  });

  test("leaves a text field as it was", () => {
    const field = focusField();
    scan(keysOf(ticket, computer));
    expect([scans, field.value]).toEqual([[ticket], "Ada"]);
    scan(keysOf(`]Q1${ticket}`, computer));
    vi.advanceTimersByTime(600);
    expect([scans, field.value]).toEqual([[ticket, ticket], "Ada"]);
  });

  test("whose keys' places are unknown is heard whole, for the station to restore", () => {
    const field = focusField();
    scan(keysOf(ticket, computer).map((key) => ({ ...key, code: "" })));
    const { written = "", dead = "" } = computers[computer] ?? {};
    const expected = [...ticket].map((sign) => (dead.includes(sign) ? deadKey : [...written][alphabet.indexOf(sign)])).join("");
    expect([scans, field.value]).toEqual([[expected], "Ada"]);
  });
});

test("a scanner set as the computer is keeps its own characters", () => {
  // A German scanner at a German computer: `:` is Shift and the key after the comma, `Z` the key of the US `Y`.
  const german: Record<string, [string, boolean]> = { ":": ["Period", true], Z: ["KeyY", true], Y: ["KeyZ", true], "-": ["Slash", false], "/": ["Digit7", true], "+": ["BracketRight", false], "*": ["BracketRight", true] };
  const keys = [...ticket].map((key) => {
    const [code, shift] = german[key] ?? [keyboard.get(key)?.code ?? "", keyboard.get(key)?.shift ?? false];
    return { key, code, shift };
  });
  scan(keys);
  expect(scans).toEqual([ticket]);
});

test("control characters around a code are part of it and press nothing", () => {
  const seen: string[] = [];
  const hear = (event: KeyboardEvent): number => seen.push(event.key);
  press({ key: "b", code: "KeyB", shift: false }, { ctrlKey: true });
  keysOf(ticket, "US English").forEach((key) => press(key));
  window.addEventListener("keydown", hear);
  const kept = ["]", "c"].map((key) => press({ key, code: "", shift: false }, { ctrlKey: true }));
  press(enter);
  kept.push(press({ key: "d", code: "KeyD", shift: false }, { ctrlKey: true }));
  window.removeEventListener("keydown", hear);
  expect([scans, kept, seen]).toEqual([[ticket], [true, true, true], []]);
});

test("a composition that a dead key began does not hide the keys after it", () => {
  focusField();
  now += 500;
  let composing = false;
  for (const key of keysOf(ticket, "German")) {
    press(composing ? { ...key, key: "Process" } : key, { isComposing: composing });
    composing = key.key === "Dead";
  }
  press(enter);
  expect(scans).toEqual([ticket]);
});

/** As WebKitGTK's input method hides a dead key and the key after it: three nameless events, then what came of them. */
function hidden(text: string): void {
  for (let count = 0; count < 3; count += 1) {
    press({ key: "Unidentified", code: "Unidentified", shift: false });
  }
  const event = new Event("textInput", { bubbles: true, cancelable: true });
  Object.defineProperties(event, { data: { value: text }, timeStamp: { value: (now += 4) } });
  (document.activeElement ?? document.body).dispatchEvent(event);
}

test.each([
  ["+4", "`4", "`4"],
  ["+A", "À", "À"],
  ["+ ", "`", "` "],
])("where an input method has taken %j, what it wrote is part of the code", (sent, written, heard) => {
  const field = focusField();
  const before = keysOf("WK1:V5", "German");
  now += 500;
  before.forEach((key) => press(key));
  hidden(written);
  keysOf("XB", "German").forEach((key) => press(key));
  press(enter);
  expect(sent).toHaveLength(2);
  expect([scans, field.value]).toEqual([[`WK1ÖV5${heard}XB`], "Ada"]);
});

test.each([
  ["Swiss German", "¨Q", "1"],
  ["Swiss German", "", "1"],
  ["Swiss German", "", "1\\000026"],
  ["Czech", "¨é", "00026"],
])("at a computer set to %s, a mark whose dead key an input method kept (%j) hides no ticket", (computer, written, rest) => {
  const field = focusField();
  for (const focused of [false, true]) {
    field.value = "Ada";
    if (focused) field.focus();
    else field.blur();
    for (const places of [true, false]) {
      now += 500;
      scans = [];
      hidden(written);
      keysOf(rest + ticket, computer).forEach((key) => press(places ? key : { ...key, code: "" }));
      press(enter);
      vi.advanceTimersByTime(1200);
      expect(scans).toHaveLength(1);
      if (places) expect(scans).toEqual([ticket]);
    }
  }
});

test("the input method is sent away within a code, and the field has the focus again after it", () => {
  const field = focusField();
  const focused: (Element | null)[] = [];
  now += 500;
  keysOf("WK1:V5+4", "German").forEach((key) => {
    press(key);
    focused.push(document.activeElement);
  });
  expect(focused.slice(0, 3)).toEqual([field, field, field]);
  expect(focused.at(-1)).toBe(document.body);
  press(enter);
  expect([document.activeElement, scans]).toEqual([field, ["WK1:V5+4"]]);
});

test.each(["]", "\\", "]q", "\\0000", "zk&", "wk1", "^w"])("a field keeps %j, typed fast and left at that", (text) => {
  const field = focusField();
  now += 500;
  [...text].forEach((key) => press({ key, code: keyboard.get(key)?.code ?? "", shift: false }));
  vi.advanceTimersByTime(1200);
  expect([field.value, scans]).toEqual([`Ada${text}`, []]);
});

test.each([
  ["]E04006381333931", "4006381333931"],
  ["]Q1\\000026https", "https"],
  ["]Q", "]Q"],
  ["\\00002x", "\\00002x"],
])("of %j, %j is the code", (sent, code) => {
  expect(withoutMarks(sent)).toBe(code);
});
