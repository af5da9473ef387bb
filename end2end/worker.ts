// The worker beside the page, which simulates.
import { expect, type Page } from "@playwright/test";

/** Every worker that is started from now on rests after each few events, so that its work takes long on any machine. */
export async function slowWorker(page: Page): Promise<void> {
  const rest = "await new Promise((on) => setTimeout(on, 20));";
  await page.route("**/worker.js", async (route) => {
    const answer = await route.fetch();
    let script = await answer.text();
    for (const [from, to] of [
      ["SLICE = 40_000", "SLICE = 500"],
      ["await othersFirst();", rest],
      ["while (!study.advance(SLICE)) {", `while (!study.advance(SLICE)) { ${rest}`],
      ["while (!part.advance(SLICE)) {", `while (!part.advance(SLICE)) { ${rest}`],
    ] as const) {
      expect(script).toContain(from);
      script = script.replaceAll(from, to);
    }
    await route.fulfill({ response: answer, body: script });
  });
}
