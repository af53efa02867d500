/** Every page but the one that a window begins with. */

import type { Pages } from "../app/pages.svelte";
import BoxOffice from "./BoxOffice.svelte";
import Cloud from "./Cloud.svelte";
import Events from "./Events.svelte";
import Gate from "./Gate.svelte";
import Orders from "./Orders.svelte";
import Setup from "./Setup.svelte";

export const pages: Pages = { boxOffice: BoxOffice, cloud: Cloud, events: Events, gate: Gate, orders: Orders, setup: Setup };
