/**
 * The language of the interface. Messages come from `ui/messages/*.json` through Paraglide; because `getLocale`
 * reads rune state here, every `m.key()` in a component or a derived value changes with the language, without a reload.
 */

import { locales, overwriteGetLocale, overwriteSetLocale } from "../paraglide/runtime.js";
import { regional, startLanguage, writingDirection, type Language } from "./choose";

export { m } from "../paraglide/messages.js";
export type { Language } from "./choose";

const remembered = "wicket.language";

function stored(): string | null {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

let current = $state<Language>(startLanguage(stored(), navigator.languages));

overwriteGetLocale(() => current);
overwriteSetLocale((next) => {
  language.choose(next as Language);
});

function mark(): void {
  document.documentElement.lang = current;
  document.documentElement.dir = writingDirection(current);
}

export const language = {
  /** The language of the messages. */
  get current(): Language {
    return current;
  },
  /** The same language as the system's region writes it, for Intl: `en-GB` where the system says so. */
  get formats(): string {
    return regional(current, navigator.languages);
  },
  get all(): readonly Language[] {
    return locales;
  },
  /** What the language calls itself. */
  nameOf(one: Language): string {
    return new Intl.DisplayNames([one], { type: "language" }).of(one) ?? one;
  },
  choose(next: Language): void {
    current = next;
    try {
      localStorage.setItem(remembered, next);
    } catch {
      // Without storage the choice lasts until the window closes.
    }
    mark();
  },
  /** Call once before the first paint. */
  start(): void {
    mark();
  },
};
