// Thresholds: a team changes one, the findings and the record say so, and what cannot be one is refused.
import { expect, expectAccessible, goTo, openExample, save, scripted, simulate, test } from "../fixtures";

test("a changed threshold is in the findings and in the record", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await simulate(page);
  await goTo(page, "Decide");
  const saga = page.getByRole("listitem").filter({ hasText: "Failures need a saga" });
  await expect(saga).toBeVisible();
  await expect(saga).not.toContainText("threshold was changed");
  await page.getByText("Thresholds of the rules").click();
  const share = page.getByLabel("Failures need a saga");
  await expect(share).toHaveValue("");
  await share.fill("1 %");
  await save(page);
  await simulate(page);
  await goTo(page, "Decide");
  await expect(saga).toContainText("Its threshold was changed from 2 % to 1 %.");
  await page.getByText("Thresholds of the rules").click();
  await expect(share).toHaveValue("1 %");
  await expectAccessible(page);
  await goTo(page, "Record");
  await expect(page.getByTestId("record-preview")).toContainText("saga-first`: 1 % instead of 2 %");
});

test("what cannot be a threshold is refused, and emptying one brings the default back", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await goTo(page, "Decide");
  await page.getByText("Thresholds of the rules").click();
  const share = page.getByLabel("Failures need a saga");
  await share.fill("120 %");
  if (scripted()) await page.keyboard.press("Tab");
  else await save(page);
  await expect(page.getByRole("alert").getByRole("link", { name: "120 % is not from 0 % to 100 %." })).toBeVisible();
  await expect(share).toHaveValue("120 %");
  await expectAccessible(page);
  await share.fill("100 %");
  await save(page);
  await page.reload();
  if (scripted()) await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await page.getByText("Thresholds of the rules").click();
  await expect(share).toHaveValue("100 %");
  await share.fill("");
  await save(page);
  if (scripted()) {
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(share).toHaveValue("100 %");
  }
});

test("an outage and a wait are written down in Budget", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Budget");
  await page.getByLabel("What is down, New").fill("Check fraud nowhere");
  await save(page).catch(() => {});
  await expect(page.getByRole("alert").getByRole("link", { name: /There is no step “Check fraud nowhere”/ })).toBeVisible();
  const step = await page.locator(".sheet th.named").first().evaluate((cell) => cell.firstChild?.textContent ?? "");
  await page.getByLabel("What is down, New").fill(step);
  await page.getByLabel("Who waits for whom, New").fill("orders waits for stock");
  await save(page);
  await page.reload();
  await expect(page.getByLabel("What is down, 1")).toHaveValue(step);
  await expect(page.getByLabel("Who waits for whom, 1")).toHaveValue("orders waits for stock");
  await expectAccessible(page);
});
