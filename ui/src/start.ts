/** What runs once for a window, before its first paint, in the order that matters. */

import "@fontsource-variable/inter";
import "./design/tokens.css";
import "./design/base.css";
import { clock } from "./app/clock.svelte";
import { keepPage } from "./app/page";
import { unaskedScan } from "./app/unasked";
import { startTextSize } from "./design/textSize.svelte";
import { theme } from "./design/theme.svelte";
import { language } from "./i18n/index.svelte";
import { startKeys } from "./keys/index.svelte";
import { startScanner } from "./scanner";

export function start(): void {
  theme.start();
  startTextSize();
  language.start();
  keepPage();
  // The scanner listens first: what it holds must reach no key binding.
  startScanner((text) => void unaskedScan(text));
  startKeys();
  clock.start();
}
