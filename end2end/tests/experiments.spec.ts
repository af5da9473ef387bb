// Experiments: one thing varied, and what comes of it; in a worker beside the page, or asked of the server.
import type { Locator, Page } from "@playwright/test";
import { calm, goTo, leave, scripted } from "../actions";
import { expectAccessible } from "../axe";
import { taken } from "../files";
import { expect, test } from "../fixtures";
import { slowWorker } from "../worker";

function experiment(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true });
}

async function run(page: Page, name: string): Promise<Locator> {
  const row = experiment(page, name);
  const button = row.getByRole("button", { name: `Run ${name}` });
  // Without JavaScript the page comes back with the result in it, as soon as the server has it.
  if (scripted()) await button.click();
  else await leave(page, () => button.click());
  await expect(row.locator(".finding")).toBeVisible();
  return row;
}

test("a load sweep finds where errors emerge", async ({ page, open }) => {
  await open("bank-gateway", "prototype", { seconds: 5, simulated: true });
  const row = await run(page, "load sweep");
  // The loads themselves are left to the tests of the engine: a few seconds of requests are too few for them.
  await expect(row.locator(".finding")).toHaveText(/^(Errors emerge in .* times|No errors)/);
  await expect(row.getByRole("img", { name: "Latency and failures under load" }).first()).toBeVisible();
  const table = row.getByRole("table").first();
  await expect(table.getByRole("columnheader")).toHaveText(["Load", "Sequential", "Parallel and staged", "First leg"]);
  await expect(table.getByRole("row").filter({ hasText: "4 times, 16 a second" })).toHaveCount(1);
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expectAccessible(page);
  const csv = await taken(row.getByRole("figure").getByRole("link", { name: /^CSV/ }));
  expect(csv.name).toMatch(/^bank-gateway(-\d+)?-load-v1\.csv$/);
  expect(csv.text.split("\r\n").length).toBeGreaterThan(10);
});

test("an outage of each step shows what it leaves behind", { tag: "@plain" }, async ({ page, open }) => {
  await open("checkout", "prototype", { seconds: 30, simulated: true });
  // The expectation is written down first; afterwards it stands beside the result.
  const outages = experiment(page, "outages");
  await expect(outages.getByRole("button", { name: "Run outages" })).toBeDisabled();
  await outages.getByRole("link", { name: "First write down which failure you expect" }).click();
  const expected = page.getByLabel("Which failure do you expect?");
  await expect(expected).toBeInViewport();
  await expected.fill("Payment goes down and orders stall");
  await page.getByRole("button", { name: "Note it" }).click();
  await expect(page.getByTestId("expected")).toHaveText("Expected: Payment goes down and orders stall");
  const row = await run(page, "outages");
  await expect(row.locator(".finding")).toContainText("The largest share of requests fails in");
  await expect(page.getByTestId("expected")).toBeVisible();
  await expect(row).toContainText("Most is left behind with Capture payment down");
  const table = row.getByRole("table").first();
  await expect(table.getByRole("rowheader")).toHaveText(["nothing down", /Authorise/, /fraud/, /Reserve/, /Capture/, /Notify/, /metrics/]);
  // What nobody waits for fails nobody.
  const cells = (name: string) => table.getByRole("row").filter({ hasText: name }).getByRole("cell").allTextContents();
  expect(await cells("Push metrics down")).toEqual(await cells("nothing down"));
  if (!scripted()) await expect(page).toHaveURL(/prototype\?experiment=outage#experiment-outage$/);
  await expectAccessible(page);
});

test("a result asked for by address is in the page that the server sends", async ({ page, open, visit }) => {
  const pipeline = await open("three-services", "map", { seconds: 5, simulated: true });
  await visit(`${pipeline}/prototype?experiment=spike`);
  const row = experiment(page, "spike");
  await expect(row.locator(".finding")).toHaveText(/^A spike of 10 alone: a p99 of [\d,]+ ms in sequential/);
  await expect(row.getByText("Out of date")).toBeHidden();
  await expectAccessible(page);
});

test("what each condition buys stands beside it, and is an experiment", { tag: "@plain" }, async ({ page, open }) => {
  await open("webhook-fan-out", "decide", { seconds: 20, simulated: true });
  const condition = page.getByRole("listitem").filter({ hasText: "A key of its own" }).first();
  await expect(condition).toContainText(/What it buys: duplicates per 1,000 requests: [\d.]+ now, 0 then; the verdict stands\./);
  await expect(page.getByText(/^With all of them met: /)).toBeVisible();
  await expectAccessible(page);
  await goTo(page, "Prototype");
  await calm(page);
  const row = await run(page, "conditions");
  await expect(row.locator(".finding")).toHaveText(/buys? /);
  const table = row.getByRole("table");
  await expect(table.getByRole("columnheader")).toHaveText(["Condition", "Figure", "Today", "With it", "Verdict with it"]);
  const keys = table.getByRole("row").filter({ hasText: "A key of its own" });
  await expect(keys.getByRole("cell")).toHaveText(["duplicates per 1,000 requests", /^\d+(\.\d+)?$/, "0", "stands"]);
  await expect(row.getByText("Out of date")).toBeHidden();
  if (!scripted()) await expect(page).toHaveURL(/prototype\?experiment=conditions#experiment-conditions$/);
  await expectAccessible(page);
});

test("what each condition buys is simulated beside the page, and the verdict is open until then", async ({ page, open }) => {
  await slowWorker(page);
  await open("webhook-fan-out", "map", { seconds: 5 });
  await page.getByLabel("p50, row 1").fill("110");
  await page.keyboard.press("Tab");
  await goTo(page, "Decide");
  const dock = page.getByRole("complementary", { name: "Summary" });
  await expect(dock).toContainText("So far: still open");
  // Who decides types once the conditions are known: a form that came sooner would be another one then.
  await expect(page.getByLabel("Decided by")).toBeVisible();
  await expect(dock).toContainText("So far: stay sequential");
  await expect(page.getByText(/^What it buys: /).first()).toBeVisible();
  await page.getByLabel("Decided by").fill("Ann");
  await goTo(page, "Record");
  await expect(page.getByTestId("record-preview")).toContainText("What it buys: ");
});

test("an experiment says how far it is, runs alone, and can be stopped", async ({ page, open }) => {
  await slowWorker(page);
  await open("three-services", "prototype", { simulated: true });
  const row = experiment(page, "sensitivity");
  await row.getByRole("button", { name: "Run sensitivity" }).click();
  await expect(row.getByRole("progressbar")).toBeVisible();
  await expect(row).toContainText(/\d+ %: \S/);
  await expect(page.getByRole("button", { name: "Run load sweep" })).toBeDisabled();
  await expectAccessible(page);
  const stop = row.getByRole("button", { name: "Stop sensitivity" });
  await expect(stop).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row.getByRole("status")).toHaveText("Stopped.");
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Run load sweep" })).toBeEnabled();
});

test("an edit ends an experiment, and makes older results out of date", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByLabel("p50, row 1").fill("210");
  await page.keyboard.press("Tab");
  await goTo(page, "Prototype");
  const spike = await run(page, "spike");
  await expect(spike.locator(".finding")).toContainText("10 alone");

  // It goes on while one looks at another step, and its result is there when one comes back.
  await slowWorker(page);
  const row = experiment(page, "sensitivity");
  await row.getByRole("button", { name: "Run sensitivity" }).click();
  await goTo(page, "Map");
  await goTo(page, "Prototype");
  await expect(row.getByRole("progressbar")).toBeVisible();
  await expect(spike.locator(".finding")).toContainText("10 alone");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByRole("status")).toHaveText("Stopped, because the pipeline was changed.");
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expect(spike.getByText("Out of date")).toBeVisible();
  await expect(spike.locator(".finding")).toBeVisible();
  // The preview of the change is not kept waiting.
  await calm(page);
  await expectAccessible(page);

  await page.unroute("**/worker.js");
  await spike.getByRole("button", { name: "Run spike" }).click();
  await expect(spike.getByText("Out of date")).toBeHidden();
});
