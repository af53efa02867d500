/**
 * Builds and serves the measuring page alone, away from the app:
 * `npx vite build -c src/seatmap/bench/vite.config.ts`, then `npx vite preview -c src/seatmap/bench/vite.config.ts`.
 */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { bowl } from "./samples";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export default defineConfig({
  root,
  base: "./",
  plugins: [
    svelte(),
    {
      name: "bench-data",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: "bowl.json", source: JSON.stringify(bowl()) });
      },
    },
  ],
  build: {
    outDir: `${root}/node_modules/.cache/seatmap-bench`,
    emptyOutDir: true,
    rollupOptions: { input: `${root}/bench.html` },
  },
  preview: { port: 1430, strictPort: true },
});
