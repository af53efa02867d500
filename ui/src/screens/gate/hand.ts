/** What a steward typed by hand, told apart before anything is looked up or judged. */

import { isOurs, isOursElsewhere } from "../../scanner";

export type Typed =
  | { readonly kind: "nothing" }
  /** An order's code or a name: its tickets are listed. */
  | { readonly kind: "search"; readonly text: string }
  /** A ticket's whole code: it is judged. */
  | { readonly kind: "code"; readonly text: string };

/** No order's code is so long, and hardly a name: it is a code of some kind. */
const longestSearch = 60;

/** The station takes blanks and marks off a code; those within it belong to its alphabet (RFC 9285). */
export function readTyped(text: string): Typed {
  const trimmed = text.trim();
  if (trimmed === "") {
    return { kind: "nothing" };
  }
  const code = isOurs(trimmed) || isOursElsewhere(trimmed) || trimmed.length > longestSearch;
  return { kind: code ? "code" : "search", text: trimmed };
}
