import { mount } from "svelte";
import App from "./App.svelte";
import { cloud } from "./app/cloud.svelte";
import { Book } from "./app/pages.svelte";
import { startUp } from "./app/startUp.svelte";
import SignIn from "./screens/SignIn.svelte";
import { start } from "./start";

/**
 * Milliseconds for which the window waits for the station before it draws anything. Its answer takes less than drawing
 * a waiting sign does, and so the first picture is the page itself.
 */
const patience = 150;

const begun = Promise.all([startUp.begin(), cloud.look()]);
const book = new Book({ signIn: SignIn }, () => import("./screens/rest"));

start();
const target = document.getElementById("app");
if (target !== null) {
  void Promise.race([begun, new Promise((resolve) => setTimeout(resolve, patience))]).then(() => mount(App, { target, props: { book } }));
}
