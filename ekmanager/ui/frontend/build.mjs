/**
 * Builds `src/<name>.js` into `dist/<name>.js`, one self-contained module a component.
 *
 * Styles are part of the module: Streamlit would load a separate sheet after the script has drawn, which shows for a
 * moment. The output depends on the sources and on the versions in the lock file only, so that it can be compared.
 */
import { build } from "esbuild";
import { readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const components = ["fleet", "switcher", "browser_store", "visibility", "reconnect", "submit"];

for (const name of await readdir(`${here}dist`).catch(() => [])) await rm(`${here}dist/${name}`);
await build({
  absWorkingDir: here,
  entryPoints: components.map((name) => `src/${name}.js`),
  outdir: "dist",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  logLevel: "info",
});
