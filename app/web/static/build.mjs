// Makes app/web/static/built/: one style sheet, the scripts, the fonts. `npm run build` runs it; nothing of it is committed.
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "built");

await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
// base and components come first, so that a noun's own sheet may refine them.
const first = ["base.css", "components.css"];
const sheets = (await readdir(join(here, "css"))).filter((name) => name.endsWith(".css") && !first.includes(name)).sort();
const style = [...first, ...sheets].map((name) => `@import "./css/${name}";`).join("\n");

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  sourcemap: false,
  format: "iife",
  target: ["es2022", "chrome120", "firefox120", "safari17"],
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]-[hash]",
  legalComments: "none",
  logLevel: "warning",
};
await build({ ...shared, entryPoints: { travaux: "js/travaux.js" }, outdir: built });
// The draft page's own, in parts: the editor is as large as all the rest, and comes when somebody may write.
await build({
  ...shared,
  entryPoints: { desk: "js/desk.js" },
  outdir: built,
  format: "esm",
  splitting: true,
  chunkNames: "[name]-[hash]",
});
await build({
  ...shared,
  stdin: { contents: style, resolveDir: here, loader: "css", sourcefile: "style.css" },
  outfile: join(built, "style.css"),
});
await cp(join(here, "icon.svg"), join(built, "icon.svg"));
