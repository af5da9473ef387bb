// run-tests.mjs MESSAGES CHANGED CRATES: runs the test programs of these crates, of those that `cargo test --no-run` has told of.
// Slow tests are left to `make test`, but for those of crates that have changed themselves.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { SLOW } from "./slow-tests.mjs";

const [messages, ...lists] = process.argv.slice(2);
const [changed, crates] = lists.map((list) => list.split(" "));
const fast = Object.keys(SLOW).flatMap((test) => ["--skip", test]);
const programs = readFileSync(messages, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .filter(({ reason, executable, profile }) => reason === "compiler-artifact" && executable && profile.test)
  .map(({ executable, target, manifest_path: manifest }) => ({ executable, target: target.name, folder: dirname(manifest), manifest }))
  .filter(({ manifest }) => crates.includes(name(manifest)));

function name(manifest) {
  return readFileSync(manifest, "utf8").match(/^name = "(.*)"$/m)?.[1];
}

const failed = [];
for (const { executable, target, folder, manifest } of programs) {
  const began = performance.now();
  const env = { ...process.env, CARGO_MANIFEST_DIR: folder };
  const only = changed.includes(name(manifest)) ? [] : fast;
  const { status, stdout } = spawnSync(executable, ["--quiet", ...only], { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const took = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  console.log(`${took} s  ${name(manifest)} ${target}: ${stdout.match(/^test result: .*$/m)?.[0] ?? `ended with ${status}`}`);
  if (status !== 0) {
    console.log(stdout);
    failed.push(target);
  }
}
if (programs.length === 0) failed.push("there are no test programs");
if (failed.length > 0) {
  console.error(`error: failed: ${failed.join(", ")}`);
  process.exit(1);
}
