// What if: one input changed, before and after side by side; nothing is saved before somebody keeps it.
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, goBeside, goTo, openExample, save, scripted, test } from "../fixtures";

function section(page: Page): Locator {
  return page.getByRole("region", { name: "What if", exact: true });
}

/** Asks for another value of an input, by its path. */
async function ask(page: Page, input: string, value: string): Promise<Locator> {
  const what = section(page);
  await what.getByLabel("Input, as it is today").selectOption(input);
  const field = what.getByLabel("What it would be instead");
  if (await field.evaluate((element) => element.tagName === "SELECT")) await field.selectOption({ label: value });
  else await field.fill(value);
  await what.getByRole("button", { name: "Compare" }).click({ timeout: 60_000 });
  return what;
}

async function compare(page: Page, input: string, value: string): Promise<Locator> {
  const what = await ask(page, input, value);
  await expect(what.locator(".finding")).toBeVisible({ timeout: 90_000 });
  return what;
}

test("a change is compared, discarded, and has changed nothing", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goBeside(page, "What if");
  const what = await compare(page, "budget.target_ms", "900");
  await expect(what.locator(".finding")).toHaveText(
    "Budget, target, ms: 900 instead of 2000: the verdict changes from sequential to parallel.",
  );
  await expect(what).toContainText(/The share of requests over budget goes from [\d.]+ % to [\d.]+ % in sequential/);
  await expect(what).toContainText("p99 is not shown to change in any topology.");
  await expect(what.getByText("Verdict before")).toBeVisible();
  await expect(what.getByText("Verdict after")).toBeVisible();
  await expect(what.getByRole("heading", { name: "Rules that would begin to fire" })).toBeVisible();
  await expect(what.getByRole("heading", { name: "Rules that would no longer fire" })).toBeVisible();
  await expect(what.getByRole("img", { name: "Latency before and after, p99" }).first()).toBeVisible();
  const table = what.getByRole("table").first();
  const heads = ["Topology", "p99 before", "After", "Difference", "Failed before", "After", "Difference"];
  await expect(table.getByRole("columnheader")).toHaveText(heads);
  await expect(table.getByRole("row").nth(1)).toContainText("none");
  await expectAccessible(page);
  if (!scripted()) await expect(page).toHaveURL(/what-if\?what-if=budget\.target_ms&value=900$/);

  await what.getByRole("button", { name: "Discard" }).click();
  await expect(what.locator(".finding")).toHaveCount(0);
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 1");
  await goTo(page, "Frame");
  await expect(page.getByLabel("Target", { exact: false }).first()).toHaveValue("2000");
});

test("a change that is kept is one change of the pipeline", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await goBeside(page, "What if");
  const what = await compare(page, "steps[0].error_rate", "8 %");
  await expect(what.locator(".finding")).toContainText("Authorise payment, errors: 8 % instead of");
  await expect(what).toContainText(/The share of requests that fail goes from [\d.]+ % to [\d.]+ % in sequential/);
  await what.getByRole("button", { name: "Keep this change" }).click();
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
  await expect(what.locator(".finding")).toHaveCount(0);
  await expect(what.getByLabel("Input, as it is today").locator("option:checked")).toBeAttached();
  await goTo(page, "Map");
  await expect(page.getByLabel("Errors, row 1")).toHaveValue("8 %");
  if (scripted()) {
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText("Undone: Authorise payment.")).toBeVisible();
    await expect(page.getByLabel("Errors, row 1")).not.toHaveValue("8 %");
    await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
    await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  }
});

test("a wrong value is refused where it was typed, and stays", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goBeside(page, "What if");
  for (const [input, value, message] of [
    ["steps[0].timeout_ms", "-5", "-5 is not above 0."],
    ["steps[0].error_rate", "many", "“many” is not a share. Write it like 0.5 %, 0.1 to 2 % or unknown."],
    ["steps[0].error_rate", "120 %", "1.2 is not a share; give a number from 0 to 1."],
    ["steps[0].latency.p99_ms", "1 ms", "1 ms is below the median of 200 ms; a 99th percentile cannot be."],
    ["budget.target_ms", "2000", "That is what it is today: 2000. Try another value."],
  ]) {
    const what = await ask(page, input, value);
    await expect(what.locator(".field-error")).toHaveText(message);
    const field = what.getByLabel("What it would be instead");
    await expect(field).toHaveValue(value);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(new RegExp(message.slice(0, 10).replace(/[.*]/g, ".")));
    await expect(what.locator(".finding")).toHaveCount(0);
    await expect(what.getByLabel("Input, as it is today")).toHaveValue(input);
  }
  await expectAccessible(page);
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 1");
});

test("a change asked for by address is in the page that the server sends, and can be kept", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goBeside(page, "What if");
  const address = new URL(page.url()).pathname;
  await visit(`${address}?what-if=steps%5B0%5D.idempotency.key&value=yes`);
  const what = section(page);
  await expect(what.locator(".finding")).toContainText("Load customer, idempotency key: “Yes” instead of “No”");
  await expect(what.getByLabel("What it would be instead")).toHaveValue("yes");
  await what.getByRole("button", { name: "Keep this change" }).click();
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
});

test("a change of an older version is not kept over a newer one", async ({ page, visit, context }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goBeside(page, "What if");
  const what = await compare(page, "budget.target_ms", "900");
  const other = await context.newPage();
  await other.goto(page.url().replace(/what-if.*/, "map"));
  if (scripted()) await other.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await other.getByLabel("p99, row 1").fill("950");
  await save(other);
  await expect(other.getByTestId("save-state")).toHaveText("Saved, version 2");

  await what.getByRole("button", { name: "Keep this change" }).click();
  if (scripted()) {
    await expect(page.getByRole("alert")).toContainText("Version 2 was saved elsewhere");
    await page.getByRole("button", { name: "Take theirs" }).click();
    await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
  } else {
    await expect(page.getByRole("alert")).toContainText("Not kept: version 2 was saved elsewhere in the meantime.");
    await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
    // The comparison is with theirs now, and may be kept.
    await section(page).getByRole("button", { name: "Keep this change" }).click();
    await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
    await goTo(page, "Map");
    await expect(page.getByLabel("p99, row 1")).toHaveValue("950 ms");
  }
});
