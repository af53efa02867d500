// Asks axe-core about the page as it is; with `contrast` about the contrast of its text in the other palette alone.
const [contrast, done] = arguments;
const root = document.documentElement;
const palette = root.dataset.theme;
// Colors on their way from one palette to the other belong to neither.
root.style.setProperty("--motion", "0ms");
if (contrast) {
  root.dataset.theme = palette === "dark" ? "light" : "dark";
}
const named = (violation) =>
  `${violation.id} (${violation.impact}): ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 160)}`).join(" | ")}`;
axe
  .run(document, { resultTypes: ["violations"], ...(contrast ? { runOnly: { type: "rule", values: ["color-contrast"] } } : {}) })
  // An open list stands beside the landmarks, as lists of the system do.
  .then(({ violations }) => violations.filter(({ id, nodes }) => id !== "region" || !nodes.every(({ element, target }) => (element ?? document.querySelector(target[0]))?.closest("[role=listbox]") != null)))
  .then((violations) => violations.map(named))
  .catch((error) => [`axe stopped: ${error}`])
  .then((found) => {
    root.dataset.theme = palette;
    root.style.removeProperty("--motion");
    done(found);
  });
