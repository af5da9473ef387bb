// The arrangement by hand, by its form: started from another, changed, refused with a reason, and removed.
import { type Locator, type Page } from "@playwright/test";
import { drawn, goBeside, leave, save, scripted, simulate, tried } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

/** What the diagram says in words of a step. */
function told(page: Page, name: string): Locator {
  return page.locator(".in-words li").filter({ hasText: new RegExp(`^${name}`) });
}

function section(page: Page): Locator {
  return page.getByRole("region", { name: "Arrange it yourself" });
}

async function startFrom(page: Page, topology: string): Promise<void> {
  await section(page).getByLabel("Start from").selectOption({ label: topology });
  const start = section(page).getByRole("button", { name: "Start from this" });
  if (scripted()) {
    // The section listens from the frame after it was shown.
    await drawn(page);
    await start.click();
    await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
  } else {
    await leave(page, () => start.click());
  }
  await expect(section(page).getByLabel("Waits for, Check fraud")).toBeVisible();
}

test("an arrangement starts from another, is changed by its form, and is compared as custom", { tag: "@plain" }, async ({ page, open }) => {
  await open("checkout", "map", { seconds: 5 });
  await goBeside(page, "Arrange it yourself");
  await startFrom(page, "Parallel");
  await expect(told(page, "Check fraud")).toContainText("starts with the request");
  await section(page).getByLabel("Waits for, Check fraud").fill("authorise payment");
  await section(page).getByLabel("Is it waited for?, Push metrics").selectOption("no");
  await save(page);
  await expect(told(page, "Check fraud")).toContainText("starts in stage 2, after Authorise payment (the team's own order).");
  await expect(told(page, "Push metrics")).toContainText("starts with the request, in stage 1.");
  await expectAccessible(page);

  await simulate(page);
  const row = page.locator(".results table").first().getByRole("row").filter({ hasText: "Custom" });
  await expect(row).toBeVisible();
  await expect(row).toContainText("C");
  await goBeside(page, "Arrange it yourself");
  await page.reload();
  await expect(section(page).getByLabel("Waits for, Check fraud")).toHaveValue("Authorise payment");
});

test("what breaks a strict dependency is refused with its reason, and what was typed is kept", async ({ page, open }) => {
  await open("checkout", "arrange", { seconds: 5 });
  await startFrom(page, "Staged");
  const waits = section(page).getByLabel("Waits for, Capture payment");
  await expect(waits).toHaveValue("Authorise payment, Check fraud, Reserve stock");
  await waits.fill("Authorise payment, Reserve stock");
  await tried(page);
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
  await tried(page);
  await expect(page.getByRole("alert")).toContainText("There is no step “Payments”");
  await waits.fill("Authorise payment, Reserve stock, Check fraud");
  await section(page).getByLabel("Waits for, Authorise payment").fill("Capture payment");
  await tried(page);
  await expect(page.getByRole("alert")).toContainText(/in a circle: .*Capture payment → Authorise payment/);
  await section(page).getByLabel("Waits for, Authorise payment").fill("");
  await save(page);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("the arrangement goes as it came", async ({ page, open }) => {
  await open("checkout", "arrange", { seconds: 5 });
  await startFrom(page, "Sequential");
  await section(page).getByRole("button", { name: "Remove the custom arrangement" }).click();
  await expect(section(page).getByLabel("Start from")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(section(page).getByLabel("Waits for, Check fraud")).toHaveValue("Authorise payment");
});
