/**
 * The whole window on a pretended station, in a browser: `npm run dev`, then
 * /src/gallery/window/index.html?as=out&theme=dark&lang=de&do=type:setup-name=Window 1,setup-next. `do` acts step by step:
 * a test id is pressed, `type:ID=TEXT` types, `key:Enter` presses a key, `wait:MS` waits, `hold` holds Alt, `words:TEXT` presses what begins with it. `as` and the
 * other wishes are in `station.ts`. Not part of the build.
 */

import { mockIPC } from "@tauri-apps/api/mocks";
import { mount } from "svelte";
import App from "../../App.svelte";
import { navigation, type Screen } from "../../app/navigation.svelte";
import { Book } from "../../app/pages.svelte";
import { startUp } from "../../app/startUp.svelte";
import { theme } from "../../design/theme.svelte";
import { language } from "../../i18n/index.svelte";
import SignIn from "../../screens/SignIn.svelte";
import { start } from "../../start";
import { pretendStation } from "./station";

const wished = new URLSearchParams(location.search);
const station = pretendStation(wished);
const delay = Number(wished.get("delay") ?? 0);
mockIPC(async (command, args) => {
  await new Promise((resolve) => setTimeout(resolve, delay));
  return station(command, (args ?? {}) as Record<string, unknown>);
});
localStorage.clear();
start();
const colours = wished.get("theme");
if (colours === "light" || colours === "dark") {
  theme.choose(colours);
}
const spoken = language.all.find((one) => one === wished.get("lang"));
if (spoken !== undefined) {
  language.choose(spoken);
}

const target = document.getElementById("app");
if (target !== null) {
  const book = new Book({ signIn: SignIn }, () => import("../../screens/rest"));
  await book.read();
  void startUp.begin();
  mount(App, { target, props: { book } });
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function act(step: string): Promise<void> {
  const [kind = "", ...rest] = step.split(":");
  const what = rest.join(":");
  if (kind === "type") {
    const [id = "", text = ""] = what.split("=");
    const field = document.querySelector<HTMLInputElement>(`input[data-testid="${id}"]`);
    field?.focus();
    if (field !== null) {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  } else if (kind === "key") {
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key: what, bubbles: true, cancelable: true }));
  } else if (kind === "wait") {
    await pause(Number(what));
  } else if (kind === "go") {
    navigation.go(what as Screen);
  } else if (kind === "hold") {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Alt" }));
  } else if (kind === "words") {
    [...document.querySelectorAll<HTMLElement>("button, tr[tabindex]")].find((one) => one.textContent.trim().startsWith(what))?.click();
  } else if (kind === "event") {
    document.querySelector<HTMLElement>(`[data-event-name="${what}"]`)?.click();
  } else {
    document.querySelector<HTMLElement>(`[data-testid="${kind}"]`)?.click();
  }
}

await pause(300);
for (const step of wished.get("do")?.split(",") ?? []) {
  await act(step);
  await pause(80);
}
document.documentElement.dataset["done"] = "";
