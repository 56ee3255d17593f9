// Builds portal/static/portal from portal/static_src and the packages of package.json: `npm ci && npm run build`.
// The results are committed, so that setting up or running the portal needs no Node.
import { cpSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const top = join(source, "..", "..");
const target = join(top, "portal", "static", "portal");
const uswds = join(top, "node_modules", "@uswds", "uswds");
const withoutSourceMap = (text) => text.replace(/^\s*(\/\*|\/\/)[#@] sourceMappingURL=.*$/gm, "");

// Fonts and pictures are copied anew each time, so that what is no longer used also leaves.
for (const folder of ["css", "fonts", "img"]) {
  rmSync(join(target, folder), { recursive: true, force: true });
  mkdirSync(join(target, folder), { recursive: true });
}
mkdirSync(join(target, "js"), { recursive: true });
cpSync(join(source, "img"), join(target, "img"), { recursive: true });
// The licence of a font lies beside its files, as the SIL Open Font License asks.
cpSync(join(source, "fonts"), join(target, "fonts"), { recursive: true });

const css = withoutSourceMap(
  sass.compile(join(source, "portal.scss"), {
    loadPaths: [join(uswds, "packages")],
    style: "compressed",
    quietDeps: true,
    sourceMap: false,
    logger: { warn: (message) => console.warn(message), debug: () => {} },
  }).css,
);
writeFileSync(join(target, "css", "portal.css"), css);

// Every file that the style sheet names must exist: the manifest storage of Django refuses a missing one.
const named = new Set([...css.matchAll(/url\(["']?\.\.\/([^"')?#]+)/g)].map((match) => match[1]));
for (const path of named) {
  const to = join(target, path);
  if (existsSync(to)) continue;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(uswds, "dist", path), to);
}

const htmx = readFileSync(join(top, "node_modules", "htmx.org", "dist", "htmx.min.js"), "utf8");
writeFileSync(join(target, "js", "htmx.min.js"), withoutSourceMap(htmx));

const size = (path) => statSync(join(target, path)).size;
console.log(`portal.css ${size("css/portal.css")} bytes, htmx.min.js ${size("js/htmx.min.js")} bytes, ${named.size} files named by the style sheet`);
