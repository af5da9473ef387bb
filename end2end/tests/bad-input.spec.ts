// Bad input: a summary that leads to the field, everything typed still there, nothing lost.
import { expect, expectAccessible, goTo, openExample, save, scripted, settled, test } from "../fixtures";

test("a cell that cannot be read is kept, named and put right", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Credit application");
  await page.getByLabel("p99, row 2").fill("quite fast");
  await page.getByLabel("Name, row 1").fill("Score the applicant");
  if (scripted()) {
    await page.keyboard.press("Tab");
    await expect(page.getByTestId("save-state")).toHaveText("Kept as typed; one field to put right");
    // What is kept is there again after a reload.
    await page.waitForResponse((response) => response.url().endsWith("/pipeline/keep-draft"));
    await page.reload();
    await settled(page);
  } else {
    await save(page);
  }
  const summary = page.getByRole("alert").filter({ hasText: "Not saved as a version yet" });
  await expect(summary).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByLabel("p99, row 2")).toHaveValue("quite fast");
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Score the applicant");
  await summary.getByRole("link").click();
  await expect(page.getByLabel("p99, row 2")).toBeFocused();

  await page.getByLabel("p99, row 2").fill("0.6 s");
  await save(page);
  await expect(summary).toBeHidden();
  await page.reload();
  await expect(page.getByLabel("p99, row 2")).toHaveValue("600 ms");
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Score the applicant");
});

test("a circle of strict dependencies is refused at the dependency that closes it", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await page.getByLabel("First, dependency 8").selectOption({ label: "Capture payment" });
  await page.getByLabel("Then, dependency 8").selectOption({ label: "Authorise payment" });
  await save(page).catch(() => {});
  await expect(page.getByRole("alert")).toContainText("circle of strict dependencies");
});

test("a budget that is no number is refused beside its field", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Bank gateway");
  await goTo(page, "Frame");
  await page.getByLabel("Target, ms").fill("soon");
  await save(page).catch(() => {});
  await expect(page.getByRole("alert").getByRole("link", { name: /“soon” is not a number/ })).toBeVisible();
  await expect(page.getByLabel("Target, ms")).toHaveValue("soon");
  await expect(page.getByLabel("Target, ms")).toHaveAttribute("aria-invalid", "true");
});
