import { svelte } from "@sveltejs/vite-plugin-svelte";
import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { defineConfig } from "vitest/config";

/** `npm run messages` compiles the catalogue for build, check and test; only the dev server recompiles while it runs. */
export default defineConfig(({ command }) => ({
  plugins: [
    svelte(),
    ...(command === "serve" && process.env["VITEST"] === undefined
      ? [
          paraglideVitePlugin({
            project: "./project.inlang",
            outdir: "./src/paraglide",
            strategy: ["globalVariable", "baseLocale"],
          }),
        ]
      : []),
  ],
  // Svelte resolves to its server build under Vitest unless told that there is a document.
  resolve: process.env["VITEST"] === undefined ? {} : { conditions: ["browser"] },
  // The window loads from tauri://; nothing may be inlined as data: because the CSP allows 'self' alone.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  test: { include: ["src/**/*.test.ts", "tests/**/*.test.ts"] },
}));
