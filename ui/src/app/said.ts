import { WicketError } from "../backend";

/** The station's own sentence, where it is one for people; empty for a defect, whose words are for those who mend it. */
export function saidBy(thrown: unknown): string {
  return thrown instanceof WicketError && thrown.code !== "internal" && thrown.code !== "unknown" ? thrown.message : "";
}
