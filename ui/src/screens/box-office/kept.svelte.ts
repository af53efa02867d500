/**
 * The desk outlives its screen: a seller who looks at an order or lets somebody in finds the cart again, with its holds.
 * It is given back when they sign out, and when another event is chosen; then it can be taken back.
 */

import { untrack } from "svelte";
import { navigation } from "../../app/navigation.svelte";
import { session, type ChosenEvent } from "../../app/session.svelte";
import { underway, type Work } from "../../app/underway.svelte";
import { toasts } from "../../components";
import { language } from "../../i18n/index.svelte";
import { seatsOf, type Cart } from "./cart";
import { Desk } from "./desk.svelte";
import { toastOf } from "./notices";
import type { Notice, Ports } from "./ports";

interface Kept {
  readonly desk: Desk;
  readonly event: ChosenEvent;
  readonly staffId: string | undefined;
  readonly work: Work;
}

let kept = $state.raw<Kept>();
/** The screen that shows the desk now. */
let hearer: ((notice: Notice) => void) | undefined;
let onScreen = $state(false);
/** What another event took the place of, once somebody wants it back. */
let wantedBack: { readonly eventId: string; readonly staffId: string | undefined; readonly cart: Cart } | undefined;

function tell(notice: Notice): void {
  if (hearer === undefined) {
    toasts.show(toastOf(notice, language.formats));
  } else {
    hearer(notice);
  }
}

async function letGo(): Promise<void> {
  const going = kept;
  kept = undefined;
  if (going !== undefined) {
    underway.end(going.work);
    await going.desk.leave();
  }
}

/** The cart of an event that is no longer worked on goes back on sale, and that is said. */
function giveBack(from: Kept): void {
  const { cart, tickets } = from.desk.basket;
  const gone = from.desk.trouble?.code === "not_found";
  if (tickets > 0 && !gone && session.staff?.staffId === from.staffId) {
    const undo = (): void => {
      if (session.staff?.staffId !== from.staffId) {
        return;
      }
      if (onScreen && kept?.event.id === from.event.id && kept.desk.offer !== undefined) {
        // Chosen again by hand meanwhile: no screen will be made that could ask for it.
        kept.desk.basket.bringBack(cart);
        return;
      }
      wantedBack = { eventId: from.event.id, staffId: from.staffId, cart };
      session.choose(from.event);
      navigation.go("boxOffice");
    };
    // Chosen again by hand, and its seats are in the cart, sold or gone: there is nothing to go back for.
    const over = (): boolean => kept?.event.id === from.event.id && kept.desk.offer !== undefined && cart.standing.size === 0 && kept.desk.basket.nothingToBringBack(seatsOf(cart));
    tell({ kind: "leftBehind", event: from.event.name, tickets, undo, over });
  }
  void letGo();
}

// Here and not in `openDesk`, which runs inside a component: what watches for longer than a screen lives belongs to none.
$effect.root(() => {
  $effect(() => {
    const [eventId, staffId] = [session.event?.id, session.staff?.staffId];
    untrack(() => {
      if (kept !== undefined && (kept.event.id !== eventId || kept.staffId !== staffId)) {
        giveBack(kept);
      }
    });
  });
});

/** The desk of whoever is signed in, at this event. Call while its screen is created; the result takes the screen away. */
export function openDesk(event: ChosenEvent, ports: Omit<Ports, "tell">, hear: (notice: Notice) => void): { readonly desk: Desk; readonly close: () => void } {
  hearer = hear;
  onScreen = true;
  const staffId = session.staff?.staffId;
  if (kept !== undefined && (kept.event.id !== event.id || kept.staffId !== staffId)) {
    giveBack(kept);
  }
  if (kept === undefined) {
    const desk = new Desk(event.id, { ...ports, tell });
    const work: Work = {
      get pinned() {
        return onScreen && desk.pinned;
      },
      letGo,
    };
    kept = { desk, event, staffId, work };
    underway.begin(work);
  }
  const { desk } = kept;
  return {
    desk,
    close() {
      if (hearer === hear) {
        hearer = undefined;
        onScreen = false;
      }
      desk.rest();
    },
  };
}

/** The cart that was given back for another event and is wanted again, once. */
export function cartWantedBack(eventId: string): Cart | undefined {
  const wanted = wantedBack?.eventId === eventId && wantedBack.staffId === session.staff?.staffId ? wantedBack.cart : undefined;
  wantedBack = undefined;
  return wanted;
}
