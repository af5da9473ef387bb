// The page's module in parts: a main one that every page of the workbench loads, and what each guided step needs besides.
// wasm-split finds the parts: it follows from each function made by `apart!` what only that one reaches, or only some of
// them. That is dozens of files for what several steps share; the small ones go back into the main module here.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The script that loads parts, as wasm-split calls it; it names them, and which steps need them. */
export const LINK = "__wasm_split.js";
/** The same for the server, under the name and in the form of cargo-leptos. */
export const MANIFEST = "__wasm_split_manifest.json";
// A file smaller than this is not worth a request of its own [bytes, before it is compressed].
const SMALL = 6_000;

/** Makes the parts of a module in a folder, and the main one under the name of a whole one. `tools` runs the programs. */
export function split(name, wasm, folder, tools) {
  const made = `${folder}.parts`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  tools.run("wasm-split-cli", ["--target", "web", "--out-name", name, wasm, made]);
  // What wasm-split has linked by name must keep its name.
  const glue = ["--target", "web", "--no-typescript", "--keep-lld-exports", "--no-demangle"];
  tools.run("wasm-bindgen", [...glue, "--out-dir", made, "--out-name", name, join(made, `${name}.wasm`)]);
  rmSync(join(made, `${name}.wasm`));

  const main = join(made, `${name}_bg.wasm`);
  const files = readdirSync(made).filter((file) => file.endsWith(".wasm"));
  for (const file of files) {
    const path = join(made, file);
    writeFileSync(path, withoutBodies(readFileSync(path), UNUSED));
    if (path !== main) tools.optimize(path);
  }
  const small = files.filter((file) => /^chunk_\d+\.wasm$/.test(file) && statSync(join(made, file)).size < SMALL);
  tools.merge([[main, "__wasm_split"], ...small.map((file) => [join(made, file), file])], main);
  tools.optimize(main);
  for (const file of small) rmSync(join(made, file));

  const link = withoutChunks(readFileSync(join(made, LINK), "utf8"), small);
  writeFileSync(join(made, LINK), link);
  writeFileSync(join(made, MANIFEST), JSON.stringify(needs(link)));
  for (const file of readdirSync(made)) renameSync(join(made, file), join(folder, file));
  rmSync(made, { recursive: true });
}

/** Which files a step needs, without their ending: `{ "map": ["chunk_25", "split_map"] }`. */
function needs(link) {
  const loads = link.matchAll(/^export const __wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\(([^]*?), \[(.*)\]\)\);$/gm);
  return Object.fromEntries(
    Array.from(loads, ([, step, own, shared]) => [
      step,
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

// The page becomes interactive in one go (`hydrate_body`), and no other way is ever taken. Leptos has another one for each
// view all the same, a twelfth of the code, behind a table of functions where nobody can see that it is not called.
const UNUSED = /hydrate_async/;

/** The module in which functions of such names do nothing but end the program. */
function withoutBodies(bytes, names) {
  let at = 8;
  const number = () => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const encoded = (value) => {
    const out = [];
    for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
    return Buffer.from([...out, value]);
  };
  const text = () => {
    const length = number();
    at += length;
    return bytes.toString("utf8", at - length, at);
  };
  let imported = 0;
  let code;
  const called = new Map();
  while (at < bytes.length) {
    const start = at;
    const section = bytes[at++];
    const length = number();
    const end = at + length;
    if (section === 2) {
      for (let count = number(); count > 0; count -= 1) {
        text();
        text();
        const kind = bytes[at++];
        if (kind === 0) imported += 1;
        if (kind === 3) at += 1;
        // A table has a type before its limits; what follows are numbers, of which limits have one or two.
        if (kind === 1) at += 1;
        const flags = number();
        if ((kind === 1 || kind === 2) && number() >= 0 && flags & 1) number();
      }
    } else if (section === 10) {
      code = { start, body: at, end };
    } else if (section === 0 && text() === "name") {
      while (at < end) {
        const kind = bytes[at++];
        const next = number() + at;
        if (kind === 1) for (let count = number(); count > 0; count -= 1) called.set(number(), text());
        at = next;
      }
    }
    at = end;
  }
  at = code.body;
  const count = number();
  const bodies = [encoded(count)];
  for (let index = imported; index < imported + count; index += 1) {
    const size = number();
    const body = bytes.subarray(at, at + size);
    at += size;
    // No locals, `unreachable`, `end`.
    const kept = names.test(called.get(index) ?? "") ? Buffer.from([0, 0, 11]) : body;
    bodies.push(encoded(kept.length), kept);
  }
  const body = Buffer.concat(bodies);
  return Buffer.concat([bytes.subarray(0, code.start), Buffer.from([10]), encoded(body.length), body, bytes.subarray(code.end)]);
}
