// The diagram with JavaScript: it follows every key within a tenth of a second, whatever is being simulated.
import { expect, openExample, test } from "../fixtures";

test("a key is drawn while the simulation of the change before is under way", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  const diagram = page.getByRole("region", { name: "Diagram of the steps" });
  const dock = page.getByRole("complementary", { name: "Summary" });
  await page.getByLabel("p50, row 1").fill("190");
  await page.keyboard.press("Tab");
  await expect(dock).toContainText("simulating");
  const name = page.getByLabel("Name, row 1");
  await name.press("End");
  await name.pressSequentially("!");
  await expect(diagram.getByText("payment!", { exact: true }).first()).toBeVisible();
  // A step that is not finished is not drawn; one that is is drawn before anybody leaves it.
  await page.getByLabel("Name, row 7").fill("Ship");
  await page.getByLabel("p50, row 7").fill("30");
  await expect(diagram.getByText("Ship", { exact: true })).toHaveCount(0);
  await page.getByLabel("p99, row 7").fill("90");
  await expect(diagram.getByText("Ship", { exact: true }).first()).toBeVisible();
  await expect(page.getByLabel("p99, row 7")).toBeFocused();
});
