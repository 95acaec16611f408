/**
 * Builds `src/<name>.js` into `dist/<name>.js`, one self-contained module a component.
 *
 * Styles are part of the module: Streamlit would load a separate sheet after the script has drawn, which shows for a
 * moment. The output depends on the sources and on the versions in the lock file only, so that it can be compared.
 * `dist/LICENSES.txt` holds the notices of the libraries that went into the bundles.
 */
import { build } from "esbuild";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const components = ["fleet", "rules_table", "switcher", "browser_store", "visibility", "reconnect", "submit", "guard", "editor", "topology"];

for (const name of await readdir(`${here}dist`).catch(() => [])) await rm(`${here}dist/${name}`);
const { metafile } = await build({
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
  metafile: true,
});

const libraries = new Set(
  Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
);
const notices = await Promise.all(
  [...libraries].sort().map(async (name) => {
    const { version, license } = JSON.parse(await readFile(`${here}node_modules/${name}/package.json`, "utf8"));
    const text = await readFile(`${here}node_modules/${name}/LICENSE`, "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }),
);
const inside = await readFile(`${here}licences/inside.txt`, "utf8");
await writeFile(`${here}dist/LICENSES.txt`, [...notices, inside].join(`\n${"-".repeat(80)}\n\n`));
