/** What a station can do, as the bar offers it. Labels are functions because the language may change. */

import type { Component } from "svelte";
import type { KeyName } from "../keys/index.svelte";

export interface Mode {
  readonly id: string;
  readonly label: () => string;
  readonly icon: Component<{ size?: number; "aria-hidden"?: "true" }>;
  readonly key: KeyName;
}
