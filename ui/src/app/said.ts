/** What the station says when something did not go, in the language of the window. */

import { WicketError } from "../backend";
import type { Code } from "../backend/bindings";
import { language, m } from "../i18n/index.svelte";

export interface Said {
  /** What it means and what to do next; empty for a defect, whose words are for those who mend it. */
  readonly text: string;
  /** The station's own words, where they are in another language than the window: to be shown quietly beside it. */
  readonly detail?: string;
}

/** The language of the station's own sentences. */
const stations = "en";

/** One for each code, so that a new one does not compile without. */
const sentences: Record<Code, () => string> = {
  not_set_up: m.said_not_set_up,
  already_set_up: m.said_already_set_up,
  not_signed_in: m.said_not_signed_in,
  not_allowed: m.said_not_allowed,
  not_found: m.said_not_found,
  ambiguous: m.said_ambiguous,
  bad_input: m.said_bad_input,
  plan_refused: m.said_plan_refused,
  seat_taken: m.said_seat_taken,
  too_little_cash: m.said_too_little_cash,
  event_over: m.said_event_over,
  in_use: m.said_in_use,
  newer_file: m.said_newer_file,
  damaged_file: m.said_damaged_file,
  storage: m.said_storage,
  camera: m.said_camera,
  printer: m.said_printer,
  not_paired: m.said_not_paired,
  cloud: m.said_cloud,
  no_answer: m.said_no_answer,
  no_wicket: m.said_no_wicket,
  other_version: m.said_other_version,
  internal: () => "",
};

function isCode(code: string): code is Code {
  return Object.hasOwn(sentences, code);
}

/** In the station's language its own sentence, which knows more; in any other the catalogue's. */
export function faultText(code: string, message: string): Said {
  if (!isCode(code) || code === "internal") {
    return { text: "" };
  }
  return saidAs(sentences[code], message);
}

/** The same for an answer that is no fault: `sentence` is what it comes to. */
export function saidAs(sentence: () => string, message: string): Said {
  if (message === "" || language.current === stations) {
    return { text: message === "" ? sentence() : message };
  }
  return { text: sentence(), detail: message };
}

/** Both in one, where there is no room for a detail. */
export function inOne({ text, detail }: Said): string {
  return detail === undefined ? text : m.said_also({ text, words: detail });
}

/** What was thrown, in words for people; empty where there are none. */
export function saidBy(thrown: unknown): string {
  return thrown instanceof WicketError ? inOne(faultText(thrown.code, thrown.message)) : "";
}
