// The page's module in parts: a main one that every page of the workbench loads, and what each guided step needs besides.
// wasm-split finds the parts: it follows from each function made by `apart!` what only that one reaches, or only some of
// them. That is dozens of files for what several steps share; the small ones go back into the main module here.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The script that loads parts, as wasm-split calls it; it names them, and which steps need them. */
export const LINK = "__wasm_split.js";
/** The same for the server, under the name and in the form of cargo-leptos. */
export const MANIFEST = "__wasm_split_manifest.json";
// A file with less code and data than this is not worth a request of its own [bytes].
const SMALL = 6_300;

/** Makes the parts of a module in a folder, and the main one under the name of a whole one. `tools` runs the programs. */
export function split(name, wasm, folder, tools) {
  const made = `${folder}.parts`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  tools.run("forkline-bundler", ["split", wasm, made, name]);

  const main = join(made, `${name}_bg.wasm`);
  const isSmall = (file) => /^chunk_\d+\.wasm$/.test(file) && weight(readFileSync(join(made, file))) < SMALL;
  const small = modules(made).filter(isSmall);
  tools.merge([[main, "__wasm_split"], ...small.map((file) => [join(made, file), file])], main);
  for (const file of small) rmSync(join(made, file));
  for (const file of modules(made)) tools.optimize(join(made, file));

  const link = withoutChunks(readFileSync(join(made, LINK), "utf8"), small);
  writeFileSync(join(made, LINK), link);
  writeFileSync(join(made, MANIFEST), JSON.stringify(needs(link)));
  for (const file of readdirSync(made)) renameSync(join(made, file), join(folder, file));
  rmSync(made, { recursive: true });
}

const modules = (folder) => readdirSync(folder).filter((file) => file.endsWith(".wasm"));

/** Which files a step needs, without their ending: `{ "map": ["chunk_25", "split_map"] }`. */
function needs(link) {
  const loads = link.matchAll(/^export const __wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\(([^]*?), \[(.*)\]\)\);$/gm);
  return Object.fromEntries(
    Array.from(loads, ([, step, own, shared]) => [
      step.replaceAll("_", "-"),
      [...shared.matchAll(/__(chunk_\d+)/g), ...own.matchAll(/"\.\/(\w+)\.wasm"/g)].map(([, file]) => file),
    ]),
  );
}

/** The script, without the files that have become a part of the main module. */
function withoutChunks(link, files) {
  return files.reduce((text, file) => {
    const chunk = file.replace(".wasm", "");
    return text
      .replace(new RegExp(`^const __${chunk} = makeLoad\\([^]*?\\n, \\[\\]\\);\\n`, "m"), "")
      .replaceAll(new RegExp(`(?<=[[ ])__${chunk}(, |(?=\\]))`, "g"), "");
  }, link);
}

/** How much code and data is in a module [bytes]; the rest are mostly names, which go. */
function weight(bytes) {
  let at = 8;
  let sum = 0;
  while (at < bytes.length) {
    const section = bytes[at++];
    let length = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      length += (byte & 127) * factor;
      if (byte < 128) break;
    }
    if (section === 10 || section === 11) sum += length;
    at += length;
  }
  return sum;
}
