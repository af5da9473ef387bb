// What only a browser with JavaScript has of a what-if: prefilled values, out of date results, and undo by key.
import { expect, expectAccessible, goBeside, goTo, openExample, test } from "../fixtures";

test("an input's value is there to be changed, as the input wants it", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await goBeside(page, "What if");
  const what = page.getByRole("region", { name: "What if", exact: true });
  const [input, value] = [what.getByLabel("Input, as it is today"), what.getByLabel("What it would be instead")];
  await expect(input).toHaveValue("budget.target_ms");
  await expect(value).toHaveValue("1600");
  await input.selectOption("steps[0].latency");
  await expect(value).toHaveValue(/^p50 \d+ ms, p99 \d+ ms$/);
  await input.selectOption("steps[0].undo.available");
  await expect(value.locator("option")).toHaveText(["No", "Yes"]);
  await expectAccessible(page);
});

test("an edit makes a comparison out of date, and an undone edit makes it current again", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await page.getByLabel("p50, row 1").fill("210");
  await page.keyboard.press("Tab");
  await goBeside(page, "What if");
  const what = page.getByRole("region", { name: "What if", exact: true });
  await what.getByLabel("What it would be instead").fill("900");
  await what.getByRole("button", { name: "Compare" }).click();
  await expect(what.locator(".finding")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(what.getByText("Out of date")).toBeVisible();
  await expect(what.getByRole("button", { name: "Keep this change" })).toBeHidden();
  await expect(what.getByRole("button", { name: "Discard" })).toBeVisible();
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(what.getByText("Out of date")).toBeHidden();
  // It is there when one comes back.
  await goTo(page, "Map");
  await goBeside(page, "What if");
  await expect(what.getByLabel("What it would be instead")).toHaveValue("900");
  await what.getByRole("button", { name: "Keep this change" }).click();
  await expect(what.getByRole("status")).toContainText("Kept as one change. Budget, target, ms: 900 instead of 2000.");
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+$/);

  // One step takes it back, by key too.
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Undone: budget.")).toBeVisible();
  await expect(what.getByRole("status")).toHaveText("");
  await expect(what.getByRole("option", { name: "Budget, target, ms: 2000" })).toBeAttached();
  await page.keyboard.press("Control+Shift+Z");
  await expect(page.getByText("Redone: budget.")).toBeVisible();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+y");
  await expect(what.getByRole("option", { name: "Budget, target, ms: 900" })).toBeAttached();
});

test("a field in which one types keeps its own undo", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await page.getByRole("button", { name: "Move down Load customer" }).click();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Price basket");
  const name = page.getByLabel("Name, row 2");
  await name.focus();
  await page.keyboard.press("End");
  await page.keyboard.type("s");
  await expect(name).toHaveValue("Load customers");
  await page.keyboard.press("Control+z");
  await expect(name).toHaveValue("Load customer");
  // The row is still where it was moved to.
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Price basket");
});

test("a comparison can be stopped", async ({ page, visit }) => {
  await page.route("**/worker.js", async (route) => {
    const answer = await route.fetch();
    const script = (await answer.text()).replace("SLICE = 40_000", "SLICE = 200");
    await route.fulfill({ response: answer, body: script });
  });
  await visit("/");
  await openExample(page, "Three services");
  await goBeside(page, "What if");
  const what = page.getByRole("region", { name: "What if", exact: true });
  await what.getByLabel("What it would be instead").fill("900");
  await what.getByRole("button", { name: "Compare" }).click();
  await expect(what).toContainText(/\d+ %: as it is/);
  await what.getByRole("button", { name: "Stop" }).click();
  await expect(what.getByRole("status")).toHaveText("Stopped.");
  await expect(what.locator(".finding")).toHaveCount(0);
});
