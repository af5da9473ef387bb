// program.mjs FILE: says what a program weighs, beside what it should weigh at most.
import { statSync } from "node:fs";

const BUDGET = 25_000_000;
const { size } = statSync(process.argv[2]);
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`  ${process.argv[2]}: ${mb(size)}, of at most ${mb(BUDGET)}`);
if (size > BUDGET) console.log(`  that is ${mb(size - BUDGET)} too much`);
