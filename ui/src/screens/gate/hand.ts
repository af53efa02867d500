/** What a steward typed by hand, told apart before anything is judged. */

export type Typed =
  | { readonly kind: "nothing" }
  /** An order's code: it admits nobody, because one order has many tickets. */
  | { readonly kind: "order"; readonly code: string }
  | { readonly kind: "code"; readonly text: string };

/** `CODE_ALPHABET` and `CODE_LENGTH` of the domain's orders: no 0, O, 1, I or L. */
const orderCode = /^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{7}$/;

/** Our codes have no lower case, but blanks belong to their alphabet (RFC 9285): only those around the code go. */
export function readTyped(text: string): Typed {
  const trimmed = text.trim();
  if (trimmed === "") {
    return { kind: "nothing" };
  }
  const capitals = trimmed.toUpperCase();
  if (orderCode.test(capitals)) {
    return { kind: "order", code: capitals };
  }
  return { kind: "code", text: capitals.startsWith("WK1:") ? capitals : trimmed };
}
