import { mount } from "svelte";
import App from "./App.svelte";
import { Book } from "./app/pages.svelte";
import SignIn from "./screens/SignIn.svelte";
import { start } from "./start";

const book = new Book({ signIn: SignIn }, () => import("./screens/rest"));

start();
const target = document.getElementById("app");
if (target !== null) {
  mount(App, { target, props: { book } });
}
