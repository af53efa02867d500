/**
 * Words that Wicket itself writes into a station's file, in English: the kinds of its sample events, and the name of a
 * supervisor whom nobody named. They are said in the language of the window; what people wrote stays as it is.
 */

import { m } from "../i18n/index.svelte";

/** As `crates/domain/src/sample/events.rs` writes them. */
const kinds: Readonly<Record<string, () => string>> = {
  Conference: m.kind_conference,
  Music: m.kind_music,
  Business: m.kind_business,
  "Food and drink": m.kind_food,
  Sports: m.kind_sports,
  Comedy: m.kind_comedy,
  Art: m.kind_art,
  Wellness: m.kind_wellness,
  Esports: m.kind_esports,
  Charity: m.kind_charity,
};

/** What `wicket init` calls a supervisor by default. */
const unnamed = "Supervisor";

export function eventKind(kind: string): string {
  return Object.hasOwn(kinds, kind) ? (kinds[kind]?.() ?? kind) : kind;
}

export function personName(name: string): string {
  return name === unnamed ? m.role_supervisor() : name;
}
