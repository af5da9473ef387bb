// Whether what browsers download has been weighed as it is now: `weighed.mjs check` fails where it has not, and
// `weighed.mjs note` notes that it has just been, within its budgets. The note is kept with the sources, so that a change
// of anything else need not build the optimised bundle to be checked.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const NOTE = join(ROOT, ".make/weighed.txt");
// What the bundle is made of, and how.
const MADE_OF = ["app", "style", ".cargo", ".make/bundle.mjs", ".make/parts.mjs", "Cargo.lock", "Cargo.toml", "end2end/package-lock.json"];
const LEFT_OUT = new Set(["tests", "tests.rs", "benches", "snapshots", "ports"]);

function files(path) {
  const entries = readdirSync(join(ROOT, path), { withFileTypes: true }).filter(({ name }) => !LEFT_OUT.has(name));
  return entries.flatMap((entry) => (entry.isDirectory() ? files(`${path}/${entry.name}`) : [`${path}/${entry.name}`])).sort();
}

function digest() {
  const hash = createHash("sha256");
  const isFile = (path) => /\.\w+$/.test(path) && path !== ".cargo";
  for (const path of MADE_OF.flatMap((path) => (isFile(path) ? [path] : files(path)))) {
    hash.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest("hex");
}

const now = digest();
if (process.argv[2] === "note") {
  writeFileSync(NOTE, `${now}\n`);
} else {
  let noted = "";
  try {
    noted = readFileSync(NOTE, "utf8").trim();
  } catch {
    // It was never weighed.
  }
  if (noted !== now) {
    console.log("  what browsers download has changed since it was weighed: it is weighed now; commit .make/weighed.txt with the change");
    process.exit(1);
  }
  console.log("  what browsers download is as it was when it was weighed");
}
