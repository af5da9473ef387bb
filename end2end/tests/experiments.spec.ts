// Experiments: one thing varied, and what comes of it; in a worker beside the page, or asked of the server.
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, goTo, openExample, scripted, test } from "../fixtures";

function experiment(page: Page, name: string): Locator {
  return page.getByRole("region", { name, exact: true });
}

async function run(page: Page, name: string): Promise<Locator> {
  const row = experiment(page, name);
  // Without JavaScript the page comes back with the result in it, as soon as the server has it.
  await row.getByRole("button", { name: `Run ${name}` }).click({ timeout: 60_000 });
  await expect(row.locator(".finding")).toBeVisible({ timeout: 90_000 });
  return row;
}

test("a load sweep finds where errors emerge", async ({ page, visit }) => {
  test.setTimeout(120_000);
  await visit("/");
  await openExample(page, "Bank gateway");
  await goTo(page, "Prototype");
  const row = await run(page, "load sweep");
  // Its connections are short: the more of a request's steps hold one at once, the sooner there is none left.
  await expect(row.locator(".finding")).toHaveText(
    /^Errors emerge in parallel and staged at 0\.6\d times today's load \(2\.\d+ requests a second\); .* in sequential at 1\.\d+ times/,
  );
  await expect(row.getByRole("img", { name: "Latency and failures under load" }).first()).toBeVisible();
  const table = row.getByRole("table").first();
  await expect(table.getByRole("columnheader")).toHaveText(["Load", "Sequential", "Parallel and staged", "First leg"]);
  await expect(table.getByRole("row").filter({ hasText: "4 times, 16 a second" })).toHaveCount(1);
  await expect(row.getByRole("progressbar")).toHaveCount(0);
  await expectAccessible(page);
});

test("an outage of each step shows what it leaves behind", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await goTo(page, "Prototype");
  // What is expected is written down first; afterwards it stands beside what happened.
  const outages = experiment(page, "outages");
  await expect(outages.getByRole("button", { name: "Run outages" })).toBeDisabled();
  await outages.getByRole("link", { name: "First write down which failure you expect" }).click();
  const expected = page.getByLabel("Which failure do you expect?");
  await expect(expected).toBeInViewport();
  await expected.fill("Payment goes down and orders stall");
  await page.getByRole("button", { name: "Note it" }).click();
  await expect(page.getByTestId("expected")).toHaveText("Expected: Payment goes down and orders stall");
  await expectAccessible(page);
  const row = await run(page, "outages");
  await expect(row.locator(".finding")).toContainText("The largest share of requests fails with");
  await expect(page.getByTestId("expected")).toBeVisible();
  await expect(row).toContainText("Most is left behind with Capture payment down");
  const table = row.getByRole("table").first();
  await expect(table.getByRole("rowheader")).toHaveText(["nothing down", /Authorise/, /fraud/, /Reserve/, /Capture/, /Notify/, /metrics/]);
  // What nobody waits for fails nobody.
  await expect(table.getByRole("row").filter({ hasText: "Push metrics down" })).toContainText("0.077 %, 0");
  if (!scripted()) await expect(page).toHaveURL(/prototype\?experiment=outage#experiment-outage$/);
});

test("there is nothing to ask of pools where there are none", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Prototype");
  await expect(experiment(page, "load sweep")).toBeVisible();
  await expect(experiment(page, "pool sizes")).toHaveCount(0);
});

test("a result asked for by address is in the page that the server sends", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Prototype");
  await visit(`${new URL(page.url()).pathname}?experiment=spike`);
  const row = experiment(page, "spike");
  await expect(row.locator(".finding")).toHaveText(/^A spike of 10 alone: a p99 of [\d,]+ ms in sequential/);
  await expect(row.getByText("Out of date")).toBeHidden();
  await expectAccessible(page);
});
