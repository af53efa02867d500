/**
 * What a US scanner meant, whatever keyboard layout this computer is set to. A scanner presses keys by their place;
 * `KeyboardEvent.code` names that place, and this table says what a US keyboard has there. Nothing here judges.
 *
 * Text that comes without places (typed by hand, on the command line) is restored by the station, which knows the
 * layouts: `crates/domain/src/token/scanned.rs`.
 */

/** UI Events KeyboardEvent code values, "Writing System Keys": without and with Shift on a US keyboard. */
const places: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  Backquote: ["`", "~"],
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Space: [" ", " "],
  NumpadAdd: ["+", "+"],
  NumpadSubtract: ["-", "-"],
  NumpadMultiply: ["*", "*"],
  NumpadDivide: ["/", "/"],
  NumpadDecimal: [".", "."],
};

/** Shift and a digit on a US keyboard, by the digit. */
const overDigits = ")!@#$%^&*(";

/** What the key at this place means on a US keyboard; absent where the place is unknown or types nothing. */
export function typedInUs(code: string, shift: boolean): string | undefined {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) {
    return shift ? letter : letter.toLowerCase();
  }
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) {
    return shift && code.startsWith("Digit") ? overDigits[Number(digit)] : digit;
  }
  return places[code]?.[shift ? 1 : 0];
}

/** Stands for a dead key whose place is unknown; the station knows it too. */
export const deadKey = "\u25cc";

/**
 * What a scanner may send before a code: the symbology by AIM (`]Q1`) and an ECI designator (`\000026`), whole or as far
 * as it has come. Where the first key of a mark is dead, an input method keeps it, and the next key with it: then the rest
 * stands before a ticket.
 */
const marks = /^(?:(?:\][a-z][0-9a-z]|\\\d{6})+|[a-z]?[0-9a-z]?(?:\\?\d{0,6}){0,2}(?=wk1[:;]))/i;
const partOfMark = /^(?:\](?:[a-z][0-9a-z]?)?|\\\d{0,6})$/i;

/** A code without the scanner's marks. */
export function withoutMarks(text: string): string {
  return text.replace(marks, "");
}

/** Whether this begins like one of our tickets, in either case. `;` is a colon whose Shift was lost. */
export function isOurs(text: string): boolean {
  return /^wk1[:;]/i.test(withoutMarks(text));
}

/**
 * What `WK1:` becomes on the computers of `scanned.rs`: German, Swiss, French and Belgian, Spanish, Italian, Portuguese,
 * Danish, Norwegian, Hungarian, Turkish, Czech.
 */
const foreignStart = /^(?:wk1[öéñçæøş]|zk&m|wk\+")/iu;
/** The key of a mark's first sign may be dead: its accent stands there, or the next letter has it, or it is gone. */
const foreignMarks = /^[+¨´)$¸\u25cc]? ?[a-zà-ÿ]?[0-9a-zà-ý&"'(_+-]?(?:[#$'~*¨\u25cc]? ?[0-9à-ýčěřšžů+&"'(_-]{0,6}){0,2}(?=wk1|zk&m|wk\+)/iu;

/** Whether this is one of our tickets as a computer with another layout writes it. */
export function isOursElsewhere(text: string): boolean {
  return foreignStart.test(text) || foreignStart.test(text.replace(foreignMarks, ""));
}

/** Whether one of ours may have just begun. */
export function beginsLikeOurs(text: string): boolean {
  const rest = withoutMarks(text);
  return (rest === "" && text !== "") || /^wk?1?$/i.test(rest) || partOfMark.test(rest);
}
