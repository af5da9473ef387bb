// program.mjs FILE: says what a program weighs, and fails where that is more than it may weigh.
import { statSync } from "node:fs";

const BUDGET = 25_000_000;
const { size } = statSync(process.argv[2]);
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`  ${process.argv[2]}: ${mb(size)}, of at most ${mb(BUDGET)}`);
if (size > BUDGET) {
  console.error(`error: the program weighs ${mb(size - BUDGET)} too much`);
  process.exit(1);
}
