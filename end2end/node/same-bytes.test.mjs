// The engine gives the same bytes natively and in WebAssembly: `forkline simulate` against the very module that
// browsers load.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));
const program = process.env.FORKLINE_BIN ?? path("target/debug/forkline");
const bundle = await import(new URL("target/site/pkg/simulator.js", root));
bundle.initSync({ module: readFileSync(path("target/site/pkg/simulator_bg.wasm")) });

const examples = readdirSync(path("app/model/examples")).filter((name) => name.endsWith(".json"));
assert.ok(examples.length >= 5, "the examples were not found");

for (const example of examples) {
  for (const seed of [1, 2, 20_260_101]) {
    test(`${example} with seed ${seed} gives the same bytes`, () => {
      const file = path(`app/model/examples/${example}`);
      const native = execFileSync(program, ["simulate", file, "--json", "--seed", `${seed}`, "--replications", "5"], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      const browser = bundle.simulate(readFileSync(file, "utf8"), BigInt(seed), 5);
      assert.equal(browser, native.trimEnd());
      assert.ok(JSON.parse(browser).topologies.length >= 3);
    });
  }
}

// The first generated models, which use everything a document can say: a thousand where everything is run in full.
const MODELS = process.env.FORKLINE_FULL ? 1_000 : 50;

test(`${MODELS} generated models give the same bytes`, () => {
  const lines = execFileSync(path("target/debug/examples/generated"), [`${MODELS}`], {
    encoding: "utf8",
    maxBuffer: 1024 * 1024 * 1024,
  });
  let compared = 0;
  for (const line of lines.trimEnd().split("\n")) {
    const [document, native] = line.split("\t");
    const browser = bundle.simulate(document, 1n, 5, 4);
    // Not assert.equal: a difference of two long texts would take minutes to print.
    assert.ok(browser === native, `differs: ${JSON.parse(document).name}`);
    compared += 1;
  }
  assert.equal(compared, MODELS);
});

test("a document that is wrong is refused with its place", () => {
  assert.throws(() => bundle.simulate('{"name":"x","steps":[{"id":"a"}]}', 1n, 5), /latency/);
});
