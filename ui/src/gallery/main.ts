/** The gallery: `npm run dev`, then /gallery.html?part=controls&theme=dark&lang=de&dir=rtl. Not part of the build. */

import { mount } from "svelte";
import { theme } from "../design/theme.svelte";
import { language } from "../i18n/index.svelte";
import { start } from "../start";
import Gallery from "./Gallery.svelte";

const wished = new URLSearchParams(location.search);
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

const target = document.getElementById("app");
if (target !== null) {
  mount(Gallery, { target, props: { part: wished.get("part") ?? "controls" } });
}
