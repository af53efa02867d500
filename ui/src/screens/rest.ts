/** Every page but the one that a window begins with. A screen without a page does not compile. */

import type { Component } from "svelte";
import type { Screen } from "../app/navigation.svelte";
import BoxOffice from "./BoxOffice.svelte";
import Cloud from "./Cloud.svelte";
import Events from "./Events.svelte";
import Gate from "./Gate.svelte";
import Orders from "./Orders.svelte";
import Setup from "./Setup.svelte";
import SoldBefore from "./SoldBefore.svelte";

export const pages: Record<Exclude<Screen, "signIn">, Component> = {
  setup: Setup,
  soldBefore: SoldBefore,
  events: Events,
  boxOffice: BoxOffice,
  gate: Gate,
  orders: Orders,
  cloud: Cloud,
};
