// Turns cargo's two WebAssembly modules, the page's and the worker's, and the files under style/ into target/site, ready to
// be served: glue code by wasm-bindgen, smaller modules by wasm-opt, one style sheet, and a brotli copy beside each text.
// Prints what each file weighs, and fails when what a page needs is over its budget.
// When none of the inputs changed since the last time, only the table is printed.
//
// bundle.mjs KIND PAGE WORKER: "release" makes the modules small, "quick" leaves them as they are, for tests and a first look.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { LINK, MANIFEST, split } from "./parts.mjs";

const [kind, ...wasm] = process.argv.slice(2);
const QUICK = kind === "quick";
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const SITE = join(ROOT, "target/site");
// Everything is made here first and moved at the end, so a failed run leaves the last good site alone.
const NEW_SITE = join(ROOT, "target/site.new");
const STAMP = join(ROOT, "target/site.json");
// For `cargo leptos watch`, which empties target/site and knows neither the parts of style/ nor the worker's module.
const SHEET = join(ROOT, "target/forkline.css");
const STATIC = join(ROOT, "target/assets");
const STYLE = join(ROOT, "style");
const ASSETS = join(STYLE, "assets");
// Scripts that are loaded by name from beside the page's module, and where each comes from.
const COMPONENTS = join(ROOT, "app/src/components");
const SCRIPTS = {
  "redraw.js": join(COMPONENTS, "redraw.js"),
  "morph.js": join(COMPONENTS, "morph.js"),
  "idiomorph.js": join(ROOT, "end2end/node_modules/idiomorph/dist/idiomorph.min.js"),
};
// Its programs are scripts for Node.js.
const BINARYEN = join(ROOT, "end2end/node_modules/binaryen/bin");
const TERSER = pathToFileURL(join(ROOT, "end2end/node_modules/terser/main.js")).href;
// What pages load, and what the worker loads when something has been changed.
const PAGE = "forkline";
const WORKER = "simulator";
// The most that each may need of WebAssembly, JavaScript and CSS together, compressed.
const FIRST_BUDGET = 250 * 1024;
const STEP_BUDGET = 400 * 1000;
// The worker holds the engine, all rules with their sentences, and the charts; no page waits for it.
const WORKER_BUDGET = 430 * 1024;

// The features that rustc's WebAssembly uses by default; every browser of the last years has them.
// Not --all-features: with it wasm-opt writes encodings that no browser reads yet.
const FEATURES = [
  "--enable-bulk-memory",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-sign-ext",
];
const WASM_OPT_FLAGS = [
  // Twice: the second time finds what the first has laid open, a kilobyte of the page's module.
  "-Oz",
  "-Oz",
  // Inlined copies make the module smaller, but what is sent is compressed, and brotli shortens copies of calls better.
  "--one-caller-inline-max-function-size=0",
  // Nothing lies in the first kilobyte: the linker puts the end of the stack there.
  "--low-memory-unused",
  ...FEATURES,
  "--strip-debug",
  "--strip-producers",
  "--strip-target-features",
];
const COMPRESSED = /\.(css|html|ico|js|svg|txt|wasm|webmanifest|xml)$/;

class Failure extends Error {}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    })
    .sort();
}

function inputsHash(modules) {
  const hash = createHash("sha256").update(kind);
  const lock = join(ROOT, "end2end/package-lock.json");
  // Among them is what the bundler is made of.
  for (const path of [...filesUnder(join(ROOT, ".make")), lock, ...modules, ...Object.values(SCRIPTS), ...filesUnder(STYLE)]) {
    hash.update(`\0${relative(ROOT, path)}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

// Replaces each `@import "./file.css";` by that file, recursively, in the order written.
function styleSheet(path, chain = []) {
  const shown = relative(ROOT, path);
  if (chain.includes(path)) throw new Failure(`${shown} imports itself`);
  if (!existsSync(path)) throw new Failure(`${shown} is missing, imported by ${relative(ROOT, chain.at(-1) ?? ROOT) || "the bundle"}`);
  return withoutComments(readFileSync(path, "utf8")).replace(
    /@import\s+(?:url\(\s*)?["']([^"']+)["']\s*\)?\s*([^;]*);/g,
    (statement, target, condition) => {
      if (!target.startsWith("./") && !target.startsWith("../")) throw new Failure(`${shown}: only relative imports: ${statement}`);
      if (condition.trim()) throw new Failure(`${shown}: imports with a condition are not supported: ${statement}`);
      return styleSheet(join(dirname(path), target), [...chain, path]);
    },
  );
}

// Strings are matched too, so that a comment's opening inside one is left alone.
function withoutComments(css) {
  return css
    .replace(/("(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')|\/\*[^]*?\*\//g, (_, string) => string ?? "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n[ \t]*(?=\n)/g, "")
    .replace(/^\n+/, "");
}

// Without what only makes a style sheet easy to read. Strings are matched too, so that they are left alone.
function withoutSpace(css) {
  return css.replace(/("(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')|\s*([{};])\s*|\s+/g, (_, string, mark) => string ?? mark ?? " ");
}

// Scripts without comments, and with short names.
async function smaller(paths) {
  const { minify } = await import(TERSER);
  for (const path of paths) {
    const { code } = await minify(readFileSync(path, "utf8"), { module: true, ecma: 2022, compress: { passes: 2 } });
    writeFileSync(path, code);
  }
}

async function build(page, worker) {
  for (const folder of [NEW_SITE, STATIC]) rmSync(folder, { recursive: true, force: true });
  if (existsSync(ASSETS)) cpSync(ASSETS, STATIC, { recursive: true });
  module(WORKER, worker, join(STATIC, "pkg"));
  for (const [name, from] of Object.entries(SCRIPTS)) writeFileSync(join(STATIC, "pkg", name), script(readFileSync(from, "utf8")));
  cpSync(STATIC, NEW_SITE, { recursive: true });
  const pkg = join(NEW_SITE, "pkg");
  mkdirSync(pkg, { recursive: true });
  split(PAGE, page, pkg, { run, merge, optimize });
  writeFileSync(join(pkg, `${PAGE}.css`), withoutSpace(readFileSync(SHEET, "utf8")));
  if (!QUICK) await smaller(filesUnder(pkg).filter((path) => path.endsWith(".js")));

  const sizes = filesUnder(NEW_SITE).map(weigh);
  rmSync(SITE, { recursive: true, force: true });
  renameSync(NEW_SITE, SITE);
  return sizes;
}

// Without lines that are comments, and as a module: the library comes as one only in a form that nobody has made small.
function script(text) {
  const code = text.replace(/^\s*\/[/*].*\n/gm, "");
  return code.startsWith("var Idiomorph=") ? `${code}\nexport { Idiomorph };\n` : code;
}

// A module and its script, in a folder.
function module(name, wasm, folder) {
  mkdirSync(folder, { recursive: true });
  run("forkline-bundler", ["glue", wasm, folder, name]);
  optimize(join(folder, `${name}_bg.wasm`));
}

function optimize(wasm) {
  if (QUICK) return;
  run(process.execPath, [join(BINARYEN, "wasm-opt"), ...WASM_OPT_FLAGS, wasm, "-o", wasm]);
}

// One module of several, each given as its file and the name by which the others know it.
function merge(modules, into) {
  run(process.execPath, [join(BINARYEN, "wasm-merge"), ...FEATURES, "--debuginfo", ...modules.flat(), "-o", into]);
}

function run(program, args) {
  const { status, stderr, error } = spawnSync(program, args, { stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" });
  // Binaryen does not know the names of locals, which nobody misses.
  const said = (stderr ?? "").replace(/^warning: unknown name subsection .*\n/gm, "");
  if (said) process.stderr.write(said);
  if (status !== 0) throw new Failure(`${program} failed: ${error?.message ?? `it ended with ${status}`}`);
}

// Pictures and fonts are compressed already; a copy that is no smaller would only be dead weight.
function weigh(path) {
  const raw = readFileSync(path);
  const name = relative(NEW_SITE, path).split(sep).join("/");
  if (QUICK || !COMPRESSED.test(path)) return { name, raw: raw.length, brotli: null };
  const brotli = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      // One block: codes that fit the whole module are shorter than those of each part.
      [constants.BROTLI_PARAM_LGBLOCK]: constants.BROTLI_MAX_INPUT_BLOCK_BITS,
    },
  });
  writeFileSync(`${path}.br`, brotli);
  return { name, raw: raw.length, brotli: brotli.length };
}

function lastTime() {
  try {
    const last = JSON.parse(readFileSync(STAMP, "utf8"));
    const whole = last.sizes.every(({ name, raw, brotli }) => {
      const path = join(SITE, name);
      return statSync(path).size === raw && (brotli === null || statSync(`${path}.br`).size === brotli);
    });
    return whole ? last : null;
  } catch {
    return null;
  }
}

function report(sizes) {
  if (QUICK) return console.log(`  ${sizes.length} files, not made small: what is released is weighed by \`make sizes\``);
  const kib = (bytes) => (bytes === null ? "-" : `${(bytes / 1024).toFixed(1)} KiB`);
  const line = (name, raw, brotli) => console.log(`  ${name.padEnd(34)}${raw.padStart(12)}${brotli.padStart(12)}`);
  line("file", "raw", "brotli");
  for (const { name, raw, brotli } of sizes) line(name, kib(raw), kib(brotli));

  const over = [];
  const sum = (page, needs, budget) => {
    const needed = sizes.filter(({ name }) => needs(name.replace(/^pkg\//, "")));
    const raw = needed.reduce((sum, file) => sum + file.raw, 0);
    const brotli = needed.reduce((sum, file) => sum + (file.brotli ?? file.raw), 0);
    line(page, kib(raw), kib(brotli));
    if (brotli > budget) over.push(`${page} needs ${kib(brotli)}, ${kib(brotli - budget)} over its budget of ${kib(budget)}`);
  };
  sum("the first page", (name) => name.endsWith(".css"), FIRST_BUDGET);
  const always = [`${PAGE}.js`, `${PAGE}_bg.wasm`, `${PAGE}.css`, "redraw.js", LINK];
  for (const [step, parts] of Object.entries(JSON.parse(readFileSync(join(SITE, "pkg", MANIFEST), "utf8")))) {
    sum(`the step ${step}`, (name) => always.includes(name) || parts.includes(name.replace(/\.wasm$/, "")), STEP_BUDGET);
  }
  sum("the worker, once something changes", (name) => name.startsWith(WORKER) || ["morph.js", "idiomorph.js"].includes(name), WORKER_BUDGET);
  if (over.length > 0) throw new Failure(over.join("\n       "));
  console.log(`  within the budgets of ${[FIRST_BUDGET, STEP_BUDGET, WORKER_BUDGET].map(kib).join(", ")}`);
}

try {
  writeFileSync(SHEET, styleSheet(join(STYLE, "main.css")));
  const modules = wasm.map((path) => resolve(path));
  const hash = inputsHash(modules);
  const last = lastTime();
  if (last?.hash === hash) {
    report(last.sizes);
  } else {
    const sizes = await build(...modules);
    writeFileSync(STAMP, JSON.stringify({ hash, sizes }));
    report(sizes);
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`error: ${error.message}`);
  process.exit(1);
}
