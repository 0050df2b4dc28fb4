// Bundles src/*.js (one entry a page) and copies the ready-made libraries into ../static/vendor.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const place = join(here, "..", "static", "vendor");
const out = `${place}.new`;
const source = join(here, "src");
const modules = join(here, "node_modules");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const entries = existsSync(source)
  ? readdirSync(source).filter((name) => name.endsWith(".js") && !name.startsWith("_")).map((name) => join(source, name))
  : [];
if (entries.length > 0) {
  await build({
    entryPoints: entries,
    outdir: out,
    bundle: true,
    minify: true,
    sourcemap: true,
    format: "iife",
    target: ["chrome108", "firefox115", "safari16"],
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    legalComments: "linked",
    logLevel: "warning",
  });
}

const copies = {
  "htmx.min.js": ["htmx.org/dist/htmx.min.js"],
  "sse.min.js": ["htmx-ext-sse/dist/sse.min.js", "htmx-ext-sse/sse.js"],
  "axe.min.js": ["axe-core/axe.min.js"],
};
for (const [name, places] of Object.entries(copies)) {
  const found = places.map((place) => join(modules, place)).find((file) => existsSync(file));
  if (found) {
    copyFileSync(found, join(out, name));
  } else if (name !== "axe.min.js") {
    throw new Error(`${places[0]} is missing: run npm ci`);
  }
}
// Swapped at the end, so that a running product never serves half a bundle.
rmSync(place, { recursive: true, force: true });
renameSync(out, place);
console.log(`Front end: ${readdirSync(place).filter((name) => name.endsWith(".js")).sort().join(", ")}`);
