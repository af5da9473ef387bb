// slow.mjs FILE: lists the tests of `cargo test` that took longer than five seconds, each with why it does, if that is known.
import { readFileSync } from "node:fs";
import { SLOW } from "./slow-tests.mjs";

const LONG = 5;
const plain = readFileSync(process.argv[2], "utf8").replace(/\x1b\[[0-9;]*m/g, "");
const tests = [...plain.matchAll(/^test (\S+).* \.\.\. ok <(\d+\.\d+)s>$/gm)].map(([, name, took]) => ({ name, took: Number(took) }));
const slow = tests.filter(({ took }) => took > LONG).sort((a, b) => b.took - a.took);
console.log(`\n  ${slow.length} of ${tests.length} tests took over ${LONG} s`);
for (const { name, took } of slow) console.log(`  ${took.toFixed(1).padStart(6)} s  ${name}: ${SLOW[name.split("::").at(-1)] ?? "why is not known"}`);
