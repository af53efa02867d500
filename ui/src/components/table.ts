/** One column of a table. Widths are fixed, so that nothing moves when the rows change. */

import type { Snippet } from "svelte";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** A CSS length or percentage; one column may leave it out and takes what is left. */
  readonly width?: string;
  /** Numbers, amounts and times that are compared stand at the `end`, in digits of one width. */
  readonly align?: "start" | "end";
  /** The cell: plain text, or a snippet for anything richer. */
  readonly text?: (row: Row) => string;
  readonly cell?: Snippet<[row: Row]>;
}
