// The diagram with JavaScript: it follows every key, also during a simulation.
import { expect, test } from "../fixtures";

test("a key is drawn while the simulation of the change before is under way", async ({ page, open }) => {
  // Ten times as many requests as usual: the simulation surely lasts.
  await open("checkout", "map", { seconds: 1_200 });
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
  // The worker answers in order. When it has told twice how far it is, it has answered all that was asked before.
  for (let told = 0; told < 2; told += 1) await expect(dock).not.toHaveText((await dock.textContent()) ?? "");
  await expect(diagram.getByText("Ship", { exact: true })).toHaveCount(0);
  await page.getByLabel("p99, row 7").fill("90");
  await expect(diagram.getByText("Ship", { exact: true }).first()).toBeVisible();
  await expect(page.getByLabel("p99, row 7")).toBeFocused();
  await expect(dock).toContainText("simulating");
});
