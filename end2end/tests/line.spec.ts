// The whole line: from an example to a record, and from a blank page to a record.
import { readFileSync } from "node:fs";
import { expect, expectAccessible, goTo, openExample, save, simulate, test } from "../fixtures";

test("from an example to a record", async ({ page, visit }) => {
  await visit("/");
  await expectAccessible(page);
  await openExample(page, "Three services");
  await expectAccessible(page);
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Load customer");

  await simulate(page);
  await expectAccessible(page);
  // The rule of thumb beside what is simulated: 2,400 / 800 ms against about 1,577 / 1,006 ms.
  const figures = page.getByRole("table").first();
  const sequential = figures.getByRole("row").filter({ hasText: "Sequential" });
  const parallel = figures.getByRole("row").filter({ hasText: "Parallel" });
  await expect(sequential).toContainText("2,400 ms");
  await expect(parallel).toContainText("800 ms");
  await expect(sequential).toContainText(/1,5[5-9]\d ms|1,60\d ms/);
  await expect(parallel).toContainText(/9[89]\d ms|1,0[0-3]\d ms/);

  await goTo(page, "Decide");
  await expect(page.getByTestId("verdict")).toContainText("Stay sequential");
  await expectAccessible(page);

  await goTo(page, "Record");
  await page.getByRole("button", { name: "Issue the record" }).click();
  const link = page.getByRole("link", { name: /^\d{4} / });
  await expect(link).toBeVisible();
  await expectAccessible(page);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(download.suggestedFilename()).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
  const record = readFileSync(await download.path(), "utf8");
  expect(record.split("\n")[0]).toBe("---");
  expect(record).toContain("status: proposed");
  expect(record).toContain("## Considered Options");
  expect(record).toContain("forkline simulate");
});

test("from a blank page to a record", async ({ page, visit }) => {
  await visit("/");
  await page.getByLabel("Name of a new pipeline").fill("Order intake");
  await page.getByRole("button", { name: "Start it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Question").fill("Should pricing and stock run side by side?");
  await page.getByLabel("Who decides").fill("order team");
  await page.getByLabel("When a request fails half way").selectOption("eventual");
  await page.getByLabel("Target, ms").fill("500");
  await save(page);

  await goTo(page, "Map");
  const rows = [
    ["Price", "120", "450", "0.2"],
    ["Stock", "150", "0.5 s", "0.1 %"],
    ["Mail", "40", "200", ""],
  ];
  for (const [index, cells] of rows.entries()) {
    for (const [column, text] of cells.entries()) {
      await page.getByLabel(`${["Name", "p50", "p99", "Errors"][column]}, row ${index + 1}`).fill(text);
    }
    await save(page);
  }
  await page.getByLabel("First, dependency 1").selectOption({ label: "Stock" });
  await page.getByLabel("Then, dependency 1").selectOption({ label: "Mail" });
  await page.getByLabel("Because, dependency 1").fill("the mail names the parcel");
  await save(page);
  await expectAccessible(page);

  await goTo(page, "Classify");
  const mail = page.getByRole("group", { name: "Mail" });
  await mail.getByLabel("Can it disappear?").selectOption("fire_and_forget");
  await mail.getByLabel("Because").fill("a late mail harms nobody");
  await save(page);
  await expectAccessible(page);

  await goTo(page, "Budget");
  await page.getByLabel("Service time, Stock").fill("p50 140, p90 300, p99 520");
  await page.getByLabel("Pool, New").fill("Order database");
  await save(page);
  await page.getByLabel("Slots, order-database").fill("20");
  await page.getByLabel("Pools, Price").fill("order-database");
  await save(page);
  await expectAccessible(page);

  await goTo(page, "Maturity");
  await expect(page.getByTestId("maturity")).toContainText("not known");
  await page.getByLabel("How many people can work on this path?").fill("6");
  for (const question of ["Can one request be traced", "Is there test coverage", "Are rollbacks scripted"]) {
    await page.getByLabel(question).selectOption("yes");
  }
  await save(page);
  await expect(page.getByTestId("maturity")).toContainText("growing");
  await expectAccessible(page);

  await simulate(page);
  await goTo(page, "Decide");
  await expect(page.getByTestId("verdict")).toContainText("Not ready");

  // The rule leads to the input that caused it; naming an owner makes it stop.
  await page.getByRole("listitem").filter({ hasText: "Somebody owns the state" }).getByRole("link", { name: "Change in Frame" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  await page.getByLabel("Which service owns the state").fill("orders");
  await save(page);
  await simulate(page);
  await goTo(page, "Decide");
  await expect(page.getByTestId("verdict")).toContainText(/parallel|sequential|stages/);
  await expect(page.getByTestId("verdict")).not.toContainText("Not ready");

  await goTo(page, "Record");
  await page.getByRole("button", { name: "Issue the record" }).click();
  await expect(page.getByRole("link", { name: /^\d{4} .*Order intake/ })).toBeVisible();

  await visit("/");
  await expect(page.getByRole("link", { name: "Order intake" })).toBeVisible();
});
