// Pages that are lists of fields: what is typed is read, kept when it cannot be read, and shown by rules that fired.
import { goTo, save, simulate, tried } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

test("a service time that cannot be read is kept, named and put right", async ({ page, open }) => {
  await open("checkout", "budget", { seconds: 5, simulated: true });
  const time = page.getByLabel("Service time, Check fraud");
  await expect(time).toHaveValue(/^p50 .* ms, p99 .* ms$/);
  await time.fill("rather slow");
  await tried(page);
  await expect(page.getByRole("alert").getByRole("link", { name: /Write p50 and p99/ })).toBeVisible();
  await expect(time).toHaveValue("rather slow");
  await expectAccessible(page);
  await time.fill("p50 0.1 s, p99 unknown");
  await save(page);
  await page.reload();
  await expect(time).toHaveValue("p50 100 ms, p99 unknown");
});

test("a rule leads to the field behind it, and stops when that is put right", async ({ page, open }) => {
  await open("checkout", "decide", { simulated: true });
  const rule = page.getByRole("listitem").filter({ hasText: "A repeated write has no key" });
  await rule.getByRole("link", { name: "Change in Classify" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Classify" })).toBeVisible();
  for (const step of ["Reserve stock", "Notify customer"]) await page.getByLabel(`Takes a key, ${step}`).selectOption("yes");
  await save(page);
  await simulate(page);
  await goTo(page, "Decide");
  await expect(page.getByTestId("verdict")).toBeVisible();
  await expect(rule).toHaveCount(0);
});

test("an answer that another page contradicts is said beside it", async ({ page, open }) => {
  await open("three-services", "classify", { seconds: 5 });
  await page.getByLabel("What does it change, Load customer").selectOption("write");
  await save(page);
  await page.getByLabel("Writes, Load customer").fill("customers");
  await save(page);
  await goTo(page, "Maturity");
  const row = page.getByRole("row", { name: "Is there an undo for every write?" });
  await row.getByRole("radio", { name: /Yes$/ }).check();
  await save(page);
  await expect(row).toContainText("Classify lacks an undo for Load customer. One of the two is not right.");
  await row.getByRole("radio", { name: /Partly$/ }).check();
  await save(page);
  await expect(row).not.toContainText("One of the two");
  await expectAccessible(page);
  // An answer can be taken back.
  await row.getByRole("radio", { name: /Not yet$/ }).check();
  await save(page);
  await page.reload();
  await expect(row.getByRole("radio", { name: /Not yet$/ })).toBeChecked();
});

test("Classify asks what has a bearing on a step, and no more", async ({ page, open }) => {
  await open("three-services", "classify", { seconds: 5 });
  const effect = page.getByLabel("What does it change, Load customer");
  await effect.selectOption("none");
  await save(page);
  await expect(page.getByLabel("Writes, Load customer")).toBeHidden();
  await expect(page.getByLabel("Can it be undone, Load customer")).toBeHidden();
  await effect.selectOption("write");
  await save(page);
  await page.getByLabel("Writes, Load customer").fill("customers");
  await expect(page.getByLabel("Keeps keys, s, Load customer")).toBeHidden();
  await page.getByLabel("Takes a key, Load customer").selectOption("yes");
  await save(page);
  await expect(page.getByLabel("Keeps keys, s, Load customer")).toBeVisible();
  // What was said stays in sight whatever the effect.
  await effect.selectOption("none");
  await save(page);
  await expect(page.getByLabel("Writes, Load customer")).toHaveValue("customers");
});

test("what a page keeps as typed outlasts work on other pages", async ({ page, open }) => {
  await open("checkout", "budget", { seconds: 5 });
  const time = page.getByLabel("Service time, Check fraud");
  await time.fill("rather slow");
  await tried(page);
  await expect(page.getByRole("alert")).toBeVisible();
  await goTo(page, "Maturity");
  await page.getByRole("radio", { name: /^Can one request be traced.* No$/ }).check();
  await save(page);
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version 2; not yet what Budget keeps as typed$/);
  await goTo(page, "Budget");
  await expect(time).toHaveValue("rather slow");
  await expect(page.getByRole("alert").getByRole("link", { name: /Write p50 and p99/ })).toBeVisible();
  await time.fill("p50 100 ms, p99 900 ms");
  await save(page);
  await page.reload();
  await expect(time).toHaveValue("p50 100 ms, p99 900 ms");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a step finds a pool by the name that people gave it", async ({ page, open }) => {
  await open("three-services", "budget", { seconds: 5 });
  const pools = page.getByLabel("Pools, Load customer");
  await pools.fill("orders db");
  await tried(page);
  await expect(page.getByRole("alert").getByRole("link", { name: /There is no pool/ })).toBeVisible();
  await page.getByLabel("Pool, New").fill("Orders DB");
  await save(page);
  await page.reload();
  await expect(pools).toHaveValue("orders-db");
});
