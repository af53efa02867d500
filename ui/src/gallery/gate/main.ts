/**
 * The gate at a pretended station, in a browser: `npm run dev`, then
 * /src/gallery/gate/index.html?scan=already_admitted&lang=de&camera=unplugged&name=North%20gate. `scan` is `admitted`,
 * `fault` or a reason, or several of them with commas between; `pick` chooses the ticket, `do` presses elements by their test id; `steward` signs in with no
 * higher role. Not part of the build.
 */

import { mockIPC } from "@tauri-apps/api/mocks";
import { mount } from "svelte";
import { session } from "../../app/session.svelte";
import { language } from "../../i18n/index.svelte";
import { start } from "../../start";
import Page from "./Page.svelte";
import { pretendGate, zone } from "./station";

const wished = new URLSearchParams(location.search);
mockIPC(pretendGate(wished) as never);
localStorage.setItem(
  "wicket.gate",
  JSON.stringify({ name: wished.get("name") ?? "North gate", palette: wished.get("theme") ?? undefined, mirrored: wished.has("mirrored"), anyEventWith: wished.get("any") }),
);
start();
const spoken = language.all.find((one) => one === wished.get("lang"));
language.choose(spoken ?? "en");
if (wished.get("dir") === "rtl") {
  document.documentElement.dir = "rtl";
}
session.signIn({ staffId: "s1", name: "Ada Okafor", role: wished.has("steward") ? "steward" : "supervisor" });
session.choose({ id: "e1", name: "Summer Music Festival", startsAt: "2026-08-22T22:00:00Z", zone, currency: "USD" });

const target = document.getElementById("app");
if (target !== null) {
  mount(Page, { target });
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** As a hand scanner types. */
function scanText(text: string): void {
  let at = performance.now();
  for (const key of [...text, "Enter"]) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: (at += 4) });
    document.body.dispatchEvent(event);
  }
}

void (async () => {
  await pause(500);
  if (wished.has("keys")) {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Alt" }));
  }
  for (const scan of (wished.get("scan") ?? "").split(",").filter(Boolean)) {
    scanText(scan === "admitted" ? "WK1:ABCDEFGHIJKLMNOPQRSTUVW" : scan === "fault" ? "fault-fault-fault-fault-fault" : scan.padEnd(20));
  }
  for (const step of (wished.get("do") ?? "").split(",").filter(Boolean)) {
    await pause(150);
    const [kind = "", what = ""] = step.split(":");
    if (kind === "type") {
      const input = document.querySelector<HTMLInputElement>("[data-testid=gate-manual] input");
      if (input !== null) {
        input.value = what;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
    } else if (kind === "key") {
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key: what, bubbles: true, cancelable: true }));
    } else {
      (document.querySelector<HTMLElement>(`[data-testid="${kind}"] button`) ?? document.querySelector<HTMLElement>(`[data-testid="${kind}"]`))?.click();
    }
  }
  document.documentElement.dataset["done"] = "";
})();
