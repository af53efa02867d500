import { mount, type Component } from "svelte";
import App from "./App.svelte";
import { screens, type Screen } from "./app/navigation.svelte";
import { start } from "./start";

/** `screens/BoxOffice.svelte` is the page of the screen `boxOffice`. */
const files = import.meta.glob<{ default: Component }>("./screens/*.svelte", { eager: true });

const pages: Partial<Record<Screen, Component>> = {};
for (const screen of screens) {
  const page = files[`./screens/${screen.charAt(0).toUpperCase()}${screen.slice(1)}.svelte`];
  if (page !== undefined) {
    pages[screen] = page.default;
  }
}

start();
const target = document.getElementById("app");
if (target !== null) {
  mount(App, { target, props: { pages } });
}
