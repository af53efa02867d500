/**
 * The box office on a pretended station, in a browser: `npm run dev`, then
 * /src/gallery/box-office/index.html?theme=dark&lang=de&do=best-2,pay. `do` presses elements by their test id in turn;
 * `offline`: the cloud does not answer; `before` (`now`, `past`): a sale was in flight when the page went away.
 * `seat:40` picks a seat and `key:Enter` presses a key. Not part of the build.
 */

import { mockIPC } from "@tauri-apps/api/mocks";
import { mount } from "svelte";
import { cloud } from "../../app/cloud.svelte";
import { session } from "../../app/session.svelte";
import { theme } from "../../design/theme.svelte";
import { language } from "../../i18n/index.svelte";
import type { SeatMapCanvas } from "../../seatmap/seatMap";
import { start } from "../../start";
import Page from "./Page.svelte";
import { pretendStation } from "./station";

const wished = new URLSearchParams(location.search);
const delay = Number(wished.get("delay") ?? 0);
const station = pretendStation(wished);
mockIPC(async (command, args) => {
  await new Promise((resolve) => setTimeout(resolve, delay));
  return station(command, args);
});
start();
const colours = wished.get("theme");
if (colours === "light" || colours === "dark") {
  theme.choose(colours);
}
const spoken = language.all.find((one) => one === wished.get("lang"));
if (spoken !== undefined) {
  language.choose(spoken);
}
if (wished.get("dir") === "rtl") {
  document.documentElement.dir = "rtl";
}
session.choose({ id: "01980000-0000-7000-8000-000000000001", name: "Summer Music Festival", startsAt: "2026-08-22T22:00:00Z", zone: "America/Los_Angeles", currency: wished.get("currency") ?? "USD" });

localStorage.removeItem("wicket.sale.");
if (wished.has("before")) {
  localStorage.setItem("wicket.sale.", JSON.stringify({ cartId: "c", eventId: session.event?.id, at: wished.get("before") === "now" ? Date.now() : 0 }));
}
await cloud.look();
const target = document.getElementById("app");
if (target !== null) {
  mount(Page, { target });
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function act(step: string): void {
  const [kind = "", what = ""] = step.split(":");
  if (kind === "seat") {
    const map = document.querySelector<SeatMapCanvas>("canvas");
    const at = map?.seatMap?.seatToClient(Number(what)) ?? { x: 0, y: 0 };
    for (const type of ["pointermove", "pointerdown", "pointerup"]) {
      map?.dispatchEvent(new PointerEvent(type, { clientX: at.x, clientY: at.y, bubbles: true, pointerId: 1, pointerType: "mouse", button: 0 }));
    }
  } else if (kind === "key") {
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key: what, bubbles: true, cancelable: true }));
  } else if (kind === "hold") {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Alt" }));
  } else {
    document.querySelector<HTMLElement>(`[data-testid="${kind}"]`)?.click();
  }
}

void (async () => {
  await pause(600);
  for (const step of (wished.get("do") ?? "").split(",").filter(Boolean)) {
    act(step);
    await pause(120 + delay);
  }
  document.documentElement.dataset["done"] = "";
})();
