// count.mjs KIND FILE: prints how many tests passed according to a test runner's output.
// Fails when any failed and when none ran: a runner that found nothing to run has proved nothing.
import { readFileSync } from "node:fs";

const sum = (text, pattern) => [...text.matchAll(pattern)].reduce((total, [, n]) => total + Number(n), 0);

const KINDS = {
  // One line for each test program: "test result: ok. 12 passed; 0 failed; 0 ignored; ...".
  cargo(text) {
    const plain = text.replace(/\x1b\[[0-9;]*m/g, "");
    return {
      passed: sum(plain, /^test result: \w+\. (\d+) passed/gm),
      failed: sum(plain, /^test result: \w+\. \d+ passed; (\d+) failed/gm),
    };
  },
  // Node's TAP report closes with "# pass 12" and "# fail 0".
  node(text) {
    return { passed: sum(text, /^# pass (\d+)$/gm), failed: sum(text, /^# (?:fail|cancelled) (\d+)$/gm) };
  },
  // A flaky test failed first and passed when repeated; the configuration decides whether it is repeated at all.
  playwright(text) {
    const { stats } = JSON.parse(text);
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
  },
};

const [kind, file] = process.argv.slice(2);
const { passed, failed } = KINDS[kind](readFileSync(file, "utf8"));
if (failed > 0 || passed === 0) {
  console.error(failed > 0 ? `error: ${kind}: ${failed} tests failed` : `error: ${kind}: no test ran`);
  process.exit(1);
}
console.log(passed);
