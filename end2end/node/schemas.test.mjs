// The schemas that are printed describe what is read and printed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";

const root = new URL("../../", import.meta.url);
const program = process.env.FORKLINE_BIN ?? fileURLToPath(new URL("target/debug/forkline", root));
const printed = (...args) => JSON.parse(execFileSync(program, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));

// `format` is an annotation in this draft, and the schemas name formats of Rust's numbers.
const schema = (...args) => new Ajv({ strict: false, validateFormats: false }).compile(printed("schema", ...args));

function assertValid(valid, value, what) {
  assert.ok(valid(value), `${what}: ${JSON.stringify(valid.errors?.slice(0, 5), null, 1)}`);
}

/** Whether a value that has lost this field is still valid. */
function bearsTheLossOf(valid, value, field) {
  assert.ok(field in value, `there is no ${field}`);
  const { [field]: _, ...rest } = value;
  return valid(rest);
}

test("every example is as the schema of documents says", () => {
  const valid = schema();
  const folder = fileURLToPath(new URL("app/model/examples/", root));
  const examples = readdirSync(folder).filter((name) => name.endsWith(".json"));
  assert.ok(examples.length >= 5, "the examples were not found");
  for (const example of examples) {
    const document = JSON.parse(readFileSync(join(folder, example), "utf8"));
    assertValid(valid, document, example);
    assert.ok(!bearsTheLossOf(valid, document, "name"), "a document has a name");
    assert.ok(!valid({ ...document, unheard_of: null }), "an unknown field is refused");
  }
});

// Documents as the program writes them, with everything that one can say, and their reports.
test("generated models and their reports are as the schemas say", () => {
  const [ofDocuments, ofReports] = [schema(), schema("--report")];
  const generated = fileURLToPath(new URL("target/debug/examples/generated", root));
  const lines = execFileSync(generated, ["40"], { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 }).trimEnd().split("\n");
  assert.equal(lines.length, 40);
  for (const line of lines) {
    const [document, report] = line.split("\t").map((text) => JSON.parse(text));
    assertValid(ofDocuments, document, document.name);
    assertValid(ofReports, report, `the report of ${document.name}`);
  }
});

test("whatever simulate prints is as the schema of reports says", () => {
  const valid = schema("--report");
  const folder = mkdtempSync(join(tmpdir(), "forkline-schema-"));
  try {
    const file = join(folder, "small.json");
    // Everything small: it is about the form. An outage, an unknown rate, a write and a pool fill every part of a report.
    const document = {
      format: "forkline/1",
      name: "Small",
      workload: { duration_s: 12 },
      pools: [{ id: "p", size: 2 }],
      steps: [
        { id: "a", latency: { p50_ms: 20, p99_ms: { low: 60, high: 90 } }, pools: ["p"], effect: "write" },
        { id: "b", latency: { constant_ms: 5 }, error_rate: "unknown" },
      ],
      outages: [{ step: "b", from_s: 4, until_s: 5, mode: "hangs" }],
    };
    writeFileSync(file, JSON.stringify(document));
    for (const experiment of ["compare", "load", "spike", "outage", "pools", "sensitivity"]) {
      const report = printed("simulate", file, "--json", "--replications", "5", "--experiment", experiment);
      assertValid(valid, report, experiment);
      const [first] = Object.keys(report);
      assert.ok(!bearsTheLossOf(valid, report, first), `${experiment} without ${first}`);
    }
    const report = printed("what-if", file, file, "--json", "--replications", "5");
    assertValid(valid, report, "what-if");
    assert.ok(!bearsTheLossOf(valid, report, "differences"), "what-if without differences");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
