/**
 * Who gets a scanned code. One listener runs for the window's whole life, started before every other one, so that
 * codes stay out of fields on each screen; the screen opened last gets them.
 */

import { onMount } from "svelte";
import { listenForScans } from "./listen";

type Hearer = (text: string) => void;

const hearers: Hearer[] = [];

/** Call once for the window, before `startKeys`. `unasked` gets a code that no screen asked for. Returns what stops it. */
export function startScanner(unasked?: Hearer): () => void {
  return listenForScans((text) => {
    (hearers.at(-1) ?? unasked)?.(text);
  });
}

/** Sends scanned codes here for as long as the component lives. Call while the component is created. */
export function useScans(hear: Hearer): void {
  onMount(() => {
    hearers.push(hear);
    return () => {
      hearers.splice(hearers.indexOf(hear), 1);
    };
  });
}
