import { defineConfig } from "vite";

// Hashed names, a manifest for Django, and nothing that a strict content security policy would refuse:
// no inline script, no inlined asset, no eval; addresses inside the build are relative to the file that names them.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // htmx holds an eval that src/main.ts switches off (allowEval = false): it is never reached.
      checks: { eval: false, pluginTimings: false },
      input: { main: "src/main.ts", map: "src/map.ts" },
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "chunk-[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  css: {
    preprocessorOptions: {
      // Bootstrap 5.3 is still written for the older Sass module system; its warnings are not ours to mend.
      scss: { quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] },
    },
  },
});
