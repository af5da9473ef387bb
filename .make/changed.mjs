// Prints the crates of the workspace that have changed, in one line, and these with those that stand on them in another.
import { execFileSync } from "node:child_process";
import { dirname, relative } from "node:path";

const lines = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).split("\n").filter(Boolean);

function changedFiles() {
  const base = process.env.BASE || "HEAD";
  const changed = [...lines("git", "diff", "--name-only", base), ...lines("git", "ls-files", "--others", "--exclude-standard")];
  return changed.length > 0 ? changed : lines("git", "diff", "--name-only", "HEAD~1", "HEAD");
}

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }),
);
const crates = metadata.packages.map(({ name, manifest_path: manifest, dependencies }) => ({
  name,
  folder: relative(metadata.workspace_root, dirname(manifest)),
  uses: dependencies.map((dependency) => dependency.name),
}));

/** The crate in whose folder a file lies: the innermost. */
function home(file) {
  const homes = crates.filter(({ folder }) => file.startsWith(`${folder}/`));
  return homes.sort((a, b) => b.folder.length - a.folder.length)[0]?.name;
}

const changed = new Set();
for (const file of changedFiles()) {
  if (/^(Cargo\.(toml|lock)|rust-toolchain\.toml|\.cargo\/.*|\.clippy\.toml)$/.test(file)) crates.forEach(({ name }) => changed.add(name));
  // The store is made of the migrations.
  else if (file.startsWith("migrations/")) changed.add("store");
  // Rules for the files of the whole house are a test of the server.
  else changed.add(home(file) ?? "server");
}
const inOrder = (names) => crates.map(({ name }) => name).filter((name) => names.has(name)).join(" ");
console.log(inOrder(changed));
for (let size = -1; size !== changed.size; ) {
  size = changed.size;
  for (const { name, uses } of crates) if (uses.some((used) => changed.has(used))) changed.add(name);
}
console.log(inOrder(changed));
