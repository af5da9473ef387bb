// What if: one input changed, before and after side by side; nothing is saved before somebody keeps it.
import type { Locator, Page } from "@playwright/test";
import { goBeside, goTo, save, scripted, send, settled } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";
import { slowWorker } from "../worker";

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
  await send(page, what.getByRole("button", { name: "Compare" }));
  return what;
}

async function compare(page: Page, input: string, value: string): Promise<Locator> {
  const what = await ask(page, input, value);
  await expect(what.locator(".finding")).toBeVisible();
  return what;
}

test("a change is compared, discarded, and has changed nothing", async ({ page, open }) => {
  await open("three-services", "what-if", { simulated: true });
  const what = await compare(page, "budget.target_ms", "900");
  await expect(what.locator(".finding")).toHaveText(
    "Budget, target, ms: 900 instead of 2000: the verdict changes from sequential to staged.",
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
  await what.getByRole("button", { name: "Discard" }).click();
  await expect(what.locator(".finding")).toBeHidden();
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 1");
  await goTo(page, "Frame");
  await expect(page.getByLabel("Target", { exact: false }).first()).toHaveValue("2000");
});

test("a change that is kept is one change of the pipeline", { tag: "@plain" }, async ({ page, open }) => {
  await open("checkout", "map", { seconds: 5, simulated: true });
  await goBeside(page, "What if");
  const what = await compare(page, "steps[0].error_rate", "60 %");
  await expect(what.locator(".finding")).toContainText("Authorise payment, errors: 60 % instead of");
  await expect(what).toContainText(/The share of requests that fail goes from (under )?[\d.]+ % to [\d.]+ % in sequential/);
  if (!scripted()) await expect(page).toHaveURL(/what-if\?what-if=steps%5B0%5D\.error_rate&value=60\+%25$/);
  await send(page, what.getByRole("button", { name: "Keep this change" }));
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
  await expect(what.locator(".finding")).toBeHidden();
  await expect(what.getByLabel("Input, as it is today").locator("option:checked")).toBeAttached();
  await goTo(page, "Map");
  await expect(page.getByLabel("Errors, row 1")).toHaveValue("60 %");
  if (scripted()) {
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText("Undone: Authorise payment.")).toBeVisible();
    await expect(page.getByLabel("Errors, row 1")).not.toHaveValue("60 %");
    await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
    await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  }
});

test("a wrong value is refused where it was typed, and stays", async ({ page, open }) => {
  await open("three-services", "what-if", { seconds: 5, simulated: true });
  for (const [input, value, message] of [
    ["steps[0].timeout_ms", "-5", "-5 is not above 0."],
    ["steps[0].error_rate", "many", "“many” is not a share. Write it like 0.5 %, 0.1 to 2 % or unknown."],
    ["steps[0].error_rate", "120 %", "1.2 is not a share; give a number from 0 to 1."],
    ["steps[0].latency.p99_ms", "1 ms", "1 ms is below the median of 200 ms; a 99th percentile cannot be."],
    ["budget.target_ms", "2000", "That is what it is today: 2000. Try another value."],
  ] as const) {
    const what = await ask(page, input, value);
    await expect(what.locator(".field-error")).toHaveText(message);
    const field = what.getByLabel("What it would be instead");
    await expect(field).toHaveValue(value);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(new RegExp(message.slice(0, 10).replace(/[.*]/g, ".")));
    await expect(what.locator(".finding")).toBeHidden();
    await expect(what.getByLabel("Input, as it is today")).toHaveValue(input);
  }
  await expectAccessible(page);
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 1");
});

test("a change asked for by address is in the page that the server sends, and can be kept", async ({ page, open, visit }) => {
  const pipeline = await open("three-services", "map", { seconds: 5, simulated: true });
  await visit(`${pipeline}/what-if?what-if=steps%5B0%5D.idempotency.key&value=yes`);
  const what = section(page);
  await expect(what.locator(".finding")).toContainText("Load customer, idempotency key: “Yes” instead of “No”");
  await expect(what.getByLabel("What it would be instead")).toHaveValue("yes");
  await what.getByRole("button", { name: "Keep this change" }).click();
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
});

test("a change of an older version is not kept over a newer one", async ({ page, open, context }) => {
  const pipeline = await open("three-services", "what-if", { seconds: 5, simulated: true });
  const what = await compare(page, "budget.target_ms", "900");
  const other = await context.newPage();
  await other.goto(new URL(`${pipeline}/map`, page.url()).href);
  await settled(other);
  await other.getByLabel("p99, row 1").fill("950");
  await save(other);
  await expect(other.getByTestId("save-state")).toHaveText("Saved, version 2");

  await what.getByRole("button", { name: "Keep this change" }).click();
  await expect(page.getByRole("alert")).toContainText("Version 2 was saved elsewhere");
  await page.getByRole("button", { name: "Take theirs" }).click();
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
});

test("an input's value is there to be changed, as the input wants it", async ({ page, open }) => {
  await open("checkout", "what-if", { seconds: 5, simulated: true });
  const what = section(page);
  const [input, value] = [what.getByLabel("Input, as it is today"), what.getByLabel("What it would be instead")];
  await expect(input).toHaveValue("budget.target_ms");
  await expect(value).toHaveValue("1600");
  await input.selectOption("steps[0].latency");
  await expect(value).toHaveValue(/^p50 \d+ ms, p99 \d+ ms$/);
  await input.selectOption("steps[0].undo.available");
  await expect(value.locator("option")).toHaveText(["No", "Yes"]);
});

test("an edit makes a comparison out of date, and an undone edit makes it current again", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByLabel("p50, row 1").fill("210");
  await page.keyboard.press("Tab");
  await goBeside(page, "What if");
  const what = section(page);
  await what.getByLabel("What it would be instead").fill("900");
  await what.getByRole("button", { name: "Compare" }).click();
  await expect(what.locator(".finding")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(what.getByText("Out of date")).toBeVisible();
  await expect(what.getByRole("button", { name: "Keep this change" })).toBeHidden();
  await expect(what.getByRole("button", { name: "Discard" })).toBeVisible();
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(what.getByText("Out of date")).toBeHidden();
  // It is there when one comes back.
  await goTo(page, "Map");
  await goBeside(page, "What if");
  await expect(what.getByLabel("What it would be instead")).toHaveValue("900");
  await what.getByRole("button", { name: "Keep this change" }).click();
  await expect(what.getByRole("status")).toContainText("Kept as one change. Budget, target, ms: 900 instead of 2000.");
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+$/);

  // One step takes it back, by key too.
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Undone: budget.")).toBeVisible();
  await expect(what.getByRole("status")).toHaveText("");
  await expect(what.getByRole("option", { name: "Budget, target, ms: 2000" })).toBeAttached();
  await page.keyboard.press("Control+Shift+Z");
  await expect(page.getByText("Redone: budget.")).toBeVisible();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+y");
  await expect(what.getByRole("option", { name: "Budget, target, ms: 900" })).toBeAttached();
});

test("a field in which one types keeps its own undo", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByRole("button", { name: "Move down Load customer" }).click();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Price basket");
  const name = page.getByLabel("Name, row 2");
  await name.focus();
  await page.keyboard.press("End");
  await page.keyboard.type("s");
  await expect(name).toHaveValue("Load customers");
  await page.keyboard.press("Control+z");
  await expect(name).toHaveValue("Load customer");
  // The row is still where it was moved to.
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Price basket");
});

test("a comparison can be stopped", async ({ page, open }) => {
  await slowWorker(page);
  await open("three-services", "what-if", { simulated: true });
  const what = section(page);
  await what.getByLabel("What it would be instead").fill("900");
  await what.getByRole("button", { name: "Compare" }).click();
  await expect(what).toContainText(/\d+ %: \S/);
  await what.getByRole("button", { name: "Stop" }).click();
  await expect(what.getByRole("status")).toHaveText("Stopped.");
  await expect(what.locator(".finding")).toBeHidden();
});
