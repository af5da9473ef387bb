// The arrangement by hand, by its form: started from another, changed, refused with a reason, and removed.
import { type Locator, type Page } from "@playwright/test";
import { expect, expectAccessible, goBeside, goTo, openExample, save, scripted, simulate, test } from "../fixtures";

/** What the diagram says in words of a step. */
function told(page: Page, name: string): Locator {
  return page.locator(".in-words li").filter({ hasText: new RegExp(`^${name}`) });
}

async function startFrom(page: Page, topology: string): Promise<void> {
  await goBeside(page, "Arrange it yourself");
  const section = page.getByRole("region", { name: "Arrange it yourself" });
  await section.getByLabel("Start from").selectOption({ label: topology });
  await section.getByRole("button", { name: "Start from this" }).click();
  await expect(section.getByLabel("Waits for, Check fraud")).toBeVisible();
  if (scripted()) await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version 2$/);
}

test("an arrangement starts from another, is changed by its form, and is compared as custom", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await startFrom(page, "Parallel");
  const section = page.getByRole("region", { name: "Arrange it yourself" });
  await expect(told(page, "Check fraud")).toContainText("starts with the request");
  await section.getByLabel("Waits for, Check fraud").fill("authorise payment");
  await section.getByLabel("Is it waited for?, Push metrics").selectOption("no");
  await save(page);
  await expect(told(page, "Check fraud")).toContainText("starts in stage 2, after Authorise payment (the team's own order).");
  await expect(told(page, "Push metrics")).toContainText("starts with the request, in stage 1.");
  await expectAccessible(page);

  await simulate(page);
  const row = page.locator(".results table").first().getByRole("row").filter({ hasText: "Custom" });
  await expect(row).toBeVisible({ timeout: 30_000 });
  await expect(row).toContainText("C");
  await goBeside(page, "Arrange it yourself");
  await page.reload();
  await expect(section.getByLabel("Waits for, Check fraud")).toHaveValue("Authorise payment");
});

test("what breaks a strict dependency is refused with its reason, and what was typed is kept", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await startFrom(page, "Staged");
  const section = page.getByRole("region", { name: "Arrange it yourself" });
  const waits = section.getByLabel("Waits for, Capture payment");
  await expect(waits).toHaveValue("Authorise payment, Check fraud, Reserve stock");
  await waits.fill("Authorise payment, Reserve stock");
  await save(page).catch(() => {});
  const reason = page.getByRole("alert").getByRole("link", {
    name: "Capture payment must come after Check fraud (strict: no capture for a refused customer).",
  });
  await expect(reason).toBeVisible();
  await expect(waits).toHaveValue("Authorise payment, Reserve stock");
  // The arrangement is as it was.
  await expect(told(page, "Capture payment")).toContainText("Check fraud (strict");
  await expectAccessible(page);
  await reason.click();
  await expect(waits).toBeFocused();

  await waits.fill("Authorise payment, Reserve stock, Check fraud, Payments");
  await save(page).catch(() => {});
  await expect(page.getByRole("alert")).toContainText("There is no step “Payments”");
  await waits.fill("Authorise payment, Reserve stock, Check fraud");
  await section.getByLabel("Waits for, Authorise payment").fill("Capture payment");
  await save(page).catch(() => {});
  await expect(page.getByRole("alert")).toContainText(/in a circle: .*Capture payment → Authorise payment/);
  await section.getByLabel("Waits for, Authorise payment").fill("");
  await save(page);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("the arrangement goes as it came", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await startFrom(page, "Sequential");
  const section = page.getByRole("region", { name: "Arrange it yourself" });
  await section.getByRole("button", { name: "Remove the custom arrangement" }).click();
  await expect(section.getByLabel("Start from")).toBeVisible();
  await expectAccessible(page);
  if (!scripted()) return;
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(section.getByLabel("Waits for, Check fraud")).toHaveValue("Authorise payment");
});

test("a strict dependency added in Map takes its place in the arrangement", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await startFrom(page, "Parallel");
  await goTo(page, "Map");
  await page.getByLabel("Kind, dependency 1").selectOption("strict");
  await save(page);
  await goBeside(page, "Arrange it yourself");
  await expect(told(page, "Check fraud")).toContainText(
    "in stage 2, after Authorise payment (strict: today's order).",
  );
});
