// Thresholds: a team changes one, the findings and the record say so, and what cannot be one is refused.
import { goTo, save, settled, simulate, tried } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

test("a changed threshold is in the findings and in the record", async ({ page, open }) => {
  await open("checkout", "decide", { simulated: true });
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
  await goTo(page, "Record");
  await expect(page.getByTestId("record-preview")).toContainText("saga-first`: 1 % instead of 2 %");
});

test("what cannot be a threshold is refused, and emptying one brings the default back", async ({ page, open }) => {
  await open("checkout", "decide", { seconds: 5, simulated: true });
  await page.getByText("Thresholds of the rules").click();
  const share = page.getByLabel("Failures need a saga");
  await share.fill("120 %");
  await tried(page);
  await expect(page.getByRole("alert").getByRole("link", { name: "120 % is not from 0 % to 100 %." })).toBeVisible();
  await expect(share).toHaveValue("120 %");
  await expectAccessible(page);
  await share.fill("100 %");
  await save(page);
  await page.reload();
  await settled(page);
  await page.getByText("Thresholds of the rules").click();
  await expect(share).toHaveValue("100 %");
  await share.fill("");
  await save(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(share).toHaveValue("100 %");
});
