// The history of a pipeline: every save is a version that can be named, compared and restored.
import { goTo, leave } from "../actions";
import { saved } from "../api";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

test("two edits are versions that are named, compared and restored", async ({ page, open, forkline }) => {
  const pipeline = await open("three-services", "map", { seconds: 5, simulated: true });
  for (const [version, p99] of [[1, 300], [2, 2000]] as const) {
    await saved(page, forkline.url, pipeline, version, (document) => (document.steps[0].latency.p99_ms = p99));
  }
  await leave(page, () => page.getByRole("link", { name: "History" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Version 3, the latest" })).toContainText("by Guest");

  await page.getByText("Name version 2").click();
  await page.getByLabel("Name of version 2").fill("As reviewed");
  await page.getByRole("button", { name: "Save the name" }).locator("visible=true").click();
  await expect(page.getByRole("status").filter({ hasText: "Version 2 is called As reviewed now." })).toBeVisible();
  await expect(page.getByText("As reviewed", { exact: true })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Compare version").selectOption("1");
  await leave(page, () => page.getByRole("button", { name: "Compare them" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Versions 1 and 3" })).toBeVisible();
  const said = page.getByRole("table", { name: "What the versions say" });
  await expect(said.getByRole("row").filter({ hasText: "p99 (ms)" })).toContainText("2000");
  await expect(page.locator(".finding")).toContainText("From version 1 to version 3");
  await expect(page.getByRole("img", { name: "Latency before and after, p99" }).first()).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: /^History of/ }).click();
  await leave(page, () => page.getByRole("button", { name: "Restore version 2" }).click());
  await expect(page.getByRole("listitem").filter({ hasText: "Version 4, the latest" })).toBeVisible();
  await leave(page, () => page.getByRole("link", { name: "Three services" }).click());
  await goTo(page, "Map");
  await expect(page.getByLabel("p99, row 1")).toHaveValue("300 ms");
});
