// Bad input: a summary that leads to the field, everything typed still there, nothing lost.
import { save, scripted, settled, tried } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

test("a cell that cannot be read is kept, named and put right", { tag: "@plain" }, async ({ page, open }) => {
  await open("credit-application", "map", { seconds: 5 });
  await page.getByLabel("p99, row 2").fill("quite fast");
  await page.getByLabel("Name, row 1").fill("Score the applicant");
  if (scripted()) {
    const kept = page.waitForResponse(
      (answer) => answer.url().endsWith("/pipeline/keep-draft") && (answer.request().postData() ?? "").includes("Score the applicant"),
    );
    await page.keyboard.press("Tab");
    await expect(page.getByTestId("save-state")).toHaveText("Kept as typed; one field to put right");
    await kept;
    // The browser has nothing left to send, so the page does not load itself anew.
    const unsaved = () => Object.keys(localStorage).filter((key) => key.startsWith("forkline-unsaved"));
    await expect.poll(() => page.evaluate(unsaved)).toEqual([]);
    // The draft is there again after a reload.
    await page.reload();
    await settled(page);
  } else {
    await save(page);
  }
  const summary = page.getByRole("alert").filter({ hasText: "Not saved as a version yet" });
  await expect(summary).toBeVisible();
  // What the page sent as it was left may have met its end: then it sends that again, and loads itself anew.
  await expect(() => expectAccessible(page)).toPass();
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

test("a budget that is no number is refused beside its field", async ({ page, open }) => {
  await open("bank-gateway", "frame", { seconds: 5 });
  await page.getByLabel("Target, ms").fill("soon");
  await tried(page);
  await expect(page.getByRole("alert").getByRole("link", { name: /“soon” is not a number/ })).toBeVisible();
  await expect(page.getByLabel("Target, ms")).toHaveValue("soon");
  await expect(page.getByLabel("Target, ms")).toHaveAttribute("aria-invalid", "true");
});
