// The self-check: theory beside the engine, run while one watches.
import { expect, expectAccessible, scripted, test } from "../fixtures";

test("every figure that theory knows is listed, and all of them agree", async ({ page, visit }) => {
  test.setTimeout(300_000);
  await visit("/");
  await page.getByRole("main").getByRole("link", { name: "self-check" }).click();
  const rows = page.getByRole("table").getByRole("row");
  const listed = (await rows.count()) - 1;
  expect(listed).toBeGreaterThan(60);
  await expect(rows.nth(1)).toContainText("not run");
  await expectAccessible(page);

  await page.getByLabel("Seed").fill("2");
  // The page counts as loaded when its last row has come; the first is there long before.
  await page.getByRole("button", { name: `Run all ${listed}` }).click({ noWaitAfter: true });
  await expect(rows.nth(1)).toContainText("agrees", { timeout: 30_000 });
  expect(await rows.count()).toBeLessThan(listed);
  // Once is enough for the rest, which takes a minute.
  if (scripted()) return;
  await expect(page.getByRole("status")).toHaveText(new RegExp(`^${listed} of ${listed} figures agree .* seed 2`), {
    timeout: 240_000,
  });
  await expect(rows.filter({ hasText: "agrees" })).toHaveCount(listed);
});

test("a seed that is no number is refused and kept", async ({ page, visit }) => {
  await visit("/self-check?seed=many");
  await expect(page.getByRole("alert")).toContainText("whole number");
  await expect(page.getByLabel("Seed")).toHaveValue("many");
});
