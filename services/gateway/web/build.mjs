// Builds style, script and icons into the gateway's static folder; says their compressed size.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const target = new URL("../src/clientcomm_gateway/adapters/web/static/", import.meta.url);
const uswds = new URL("node_modules/@uswds/uswds/", import.meta.url);

rmSync(target, { recursive: true, force: true });
mkdirSync(new URL("img/usa-icons/", target), { recursive: true });

const style = sass.compile("style/clientcomm.scss", {
  style: "compressed",
  loadPaths: ["style", new URL("packages", uswds).pathname],
  quietDeps: true,
  silenceDeprecations: ["import", "global-builtin", "if-function"],
}).css;

const images = [...style.matchAll(/url\("?\.\/img\/([^)"]+)"?\)/g)].map((match) => match[1]);
for (const image of new Set(images)) {
  mkdirSync(new URL(`img/${image}`.replace(/[^/]+$/, ""), target), { recursive: true });
  cpSync(new URL(`dist/img/${image}`, uswds), new URL(`img/${image}`, target));
}

const scripts = await esbuild.build({
  entryPoints: ["script/clientcomm.js", "script/stream-worker.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  write: false,
  outdir: "out",
});

const files = { "clientcomm.css": style };
for (const file of scripts.outputFiles) files[file.path.split("/").pop()] = file.text;
for (const name of readdirSync("icons")) files[name] = readFileSync(`icons/${name}`, "utf8");
for (const [name, text] of Object.entries(files)) {
  writeFileSync(new URL(name, target), text);
  console.log(`${name}: ${gzipSync(text, { level: 9 }).length} bytes compressed`);
}
