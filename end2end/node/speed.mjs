// How fast the engine is in WebAssembly, beside the native figure that `cargo bench -p engine` has just measured.
// The tandem's steps depend strictly on each other, so each of its topologies is the same chain.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));
const bundle = await import(new URL("target/site/pkg/simulator.js", root));
bundle.initSync({ module: readFileSync(path("target/site/pkg/simulator_bg.wasm")) });

const document = readFileSync(path("app/engine/benches/tandem.json"), "utf8");
const rates = [];
for (let round = 0; round < 15; round += 1) {
  const began = performance.now();
  const report = JSON.parse(bundle.simulate(document, 1n, 5));
  const took = performance.now() - began;
  const requests = report.topologies.reduce((sum, topology) => sum + topology.requests, 0);
  rates.push((requests / took) * 1000);
}
rates.sort((a, b) => a - b);
const wasm = rates[Math.floor(rates.length / 2)];
const million = (rate) => `${(rate / 1e6).toFixed(2)} M requests/s`;

const native = (name) => {
  const { median } = JSON.parse(readFileSync(path(`target/criterion/sequential/${name}/new/estimates.json`), "utf8"));
  const { throughput } = JSON.parse(readFileSync(path(`target/criterion/sequential/${name}/new/benchmark.json`), "utf8"));
  return (throughput.Elements / median.point_estimate) * 1e9;
};
const [tandem, everything, bare] = ["tandem", "everything", "bare"].map(native);
const row = (what, figure, goal) => console.log(`  ${what.padEnd(46)}${figure.padStart(20)}   ${goal}`);
console.log("\nSpeed on one core, medians");
row("tandem, native", million(tandem), "goal 1.5 M where the bare loop does 3.0 M");
row("bare loop, the same tandem and nothing else", million(bare), `ratio ${(tandem / bare).toFixed(2)}, goal 0.50`);
row("everything, native", million(everything), `ratio to the tandem ${(everything / tandem).toFixed(2)}, goal 0.25`);
row(`tandem, WebAssembly in Node ${process.version}`, million(wasm), `ratio to native ${(wasm / tandem).toFixed(2)}, goal 0.60`);
