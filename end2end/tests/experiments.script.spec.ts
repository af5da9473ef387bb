// What only a browser with JavaScript has of experiments: progress, Stop, and edits that outrun them.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, goTo, openExample, test } from "../fixtures";

/** The worker looks up after every few events, so that any experiment is a long one. */
async function slowWorker(page: Page): Promise<void> {
  await page.route("**/worker.js", async (route) => {
    const answer = await route.fetch();
    const script = await answer.text();
    const slow = script.replace("SLICE = 40_000", "SLICE = 200");
    expect(slow).not.toBe(script);
    await route.fulfill({ response: answer, body: slow });
  });
}

test("an experiment says how far it is, runs alone, and can be stopped", async ({ page, visit }) => {
  await slowWorker(page);
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Prototype");
  const row = page.getByRole("region", { name: "sensitivity" });
  await row.getByRole("button", { name: "Run sensitivity" }).click();
  await expect(row.getByRole("progressbar")).toBeVisible();
  await expect(row).toContainText(/\d+ %: as it stands/);
  await expect(page.getByRole("button", { name: "Run load sweep" })).toBeDisabled();
  await expectAccessible(page);
  const stop = row.getByRole("button", { name: "Stop sensitivity" });
  await expect(stop).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row.getByRole("status")).toHaveText("Stopped.");
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Run load sweep" })).toBeEnabled();
});

test("an edit ends an experiment, and makes older results out of date", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await page.getByLabel("p50, row 1").fill("210");
  await page.keyboard.press("Tab");
  await goTo(page, "Prototype");
  const spike = page.getByRole("region", { name: "spike" });
  await spike.getByRole("button", { name: "Run spike" }).click();
  await expect(spike.locator(".finding")).toContainText("10 alone", { timeout: 30_000 });

  // It goes on while one looks at another step, and its result is there when one comes back.
  const row = page.getByRole("region", { name: "sensitivity" });
  await row.getByRole("button", { name: "Run sensitivity" }).click();
  await goTo(page, "Map");
  await goTo(page, "Prototype");
  await expect(row.getByRole("progressbar")).toBeVisible();
  await expect(spike.locator(".finding")).toContainText("10 alone");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByRole("status")).toHaveText("Stopped, because the pipeline was changed.");
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expect(spike.getByText("Out of date")).toBeVisible();
  await expect(spike.locator(".finding")).toBeVisible();
  // The preview of the change is not kept waiting.
  await expect(page.getByRole("complementary", { name: "Summary" })).toContainText(/computed here|kept on the server/);
  await expectAccessible(page);

  await spike.getByRole("button", { name: "Run spike" }).click();
  await expect(spike.getByText("Out of date")).toBeHidden({ timeout: 30_000 });
});
