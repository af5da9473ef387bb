// The self-check: theory beside the engine, run while one watches.
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

/** Has all cases run, and does not wait until the page is loaded: its last row comes long after the first. */
async function runAll(page: Page, seed: string): Promise<{ rows: Locator; listed: number }> {
  const run = page.getByRole("button", { name: /^Run all \d+$/ });
  const listed = Number((await run.textContent())?.match(/\d+/)?.[0]);
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows).toHaveCount(listed + 1);
  await expect(rows.nth(1)).toContainText("not run");
  await page.getByLabel("Seed").fill(seed);
  await run.click({ noWaitAfter: true });
  await expect(page).toHaveURL(/seed=\d+/);
  return { rows, listed };
}

test("theory stands beside the engine, row by row", async ({ page, visit }) => {
  await visit("/");
  await page.getByRole("main").getByRole("link", { name: "self-check" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Self-check" })).toBeVisible();
  // A seed that nobody has run on this server: results are kept, and would all be there at once.
  const { rows, listed } = await runAll(page, `${Date.now()}`);
  expect(listed).toBeGreaterThan(60);
  await expect(rows.nth(1)).toContainText("agrees");
  // The sum comes last.
  await expect(page.getByRole("status")).toHaveCount(0);
  // The page is left, or the fixtures would read it to its end.
  await page.goto("about:blank");
});

if (process.env.FORKLINE_FULL) {
  test("every figure that theory knows agrees, with all rows and the sum", async ({ page, visit }) => {
    test.setTimeout(600_000);
    await visit("/self-check");
    const { rows, listed } = await runAll(page, "2");
    const sum = new RegExp(`^${listed} of ${listed} figures agree .* seed 2`);
    await expect(page.getByRole("status")).toHaveText(sum, { timeout: 540_000 });
    await expect(rows.filter({ hasText: "agrees" })).toHaveCount(listed);
    await expectAccessible(page);
  });
}
