// Runs before the styles so that not even the first frame wears the wrong palette. `src/design/theme.svelte.ts` takes
// over from here and is the one that remembers the choice.
try {
  const chosen = localStorage.getItem("wicket.theme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
} catch {
  // Without storage the styles follow the system.
}
