// Two people on one pipeline: nothing is overwritten unseen, and what both changed is chosen field by field.
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { leave, settled } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

/** Another page on the same pipeline saves something first. */
async function overtake(page: Page, context: BrowserContext, label: string, text: string): Promise<void> {
  const other = await context.newPage();
  await other.goto(page.url());
  await settled(other);
  await page.bringToFront();
  await other.getByLabel(label).fill(text);
  await other.getByLabel(label).blur();
  await expect(other.getByTestId("save-state")).toHaveText("Saved, version 2");
  await other.close();
}

async function meet(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label).fill(text);
  await page.getByLabel(label).blur();
  await expect(page.getByRole("alert")).toContainText("Version 2 was saved elsewhere");
}

/** Follows a link or presses a button that leads to another page. */
async function follow(target: Locator): Promise<void> {
  await leave(target.page(), () => target.click());
}

function merge(page: Page): Locator {
  return page.getByRole("button", { name: "Save the merged version" });
}

test("changes of different fields both stay", async ({ page, open, context }) => {
  await open("webhook-fan-out", "map", { seconds: 5 });
  await overtake(page, context, "Name, row 1", "Debit the account");
  await meet(page, "Name, row 2", "Mail the customer");
  await follow(page.getByRole("link", { name: "Compare and choose" }));
  await expect(page.getByText("both fit together")).toBeVisible();
  await expectAccessible(page);
  await follow(merge(page));
  await expect(page).toHaveURL(/\/map$/);
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Debit the account");
  await expect(page.getByLabel("Name, row 2")).toHaveValue("Mail the customer");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("what both changed is chosen, also after the tab was closed", async ({ page, open, context }) => {
  await open("webhook-fan-out", "map", { seconds: 5 });
  const address = page.url();
  await overtake(page, context, "Name, row 1", "Debit the account");
  await meet(page, "Name, row 1", "Charge the account");
  await page.close();

  const again = await context.newPage();
  await again.goto(address);
  await settled(again);
  await expect(again.getByLabel("Name, row 1")).toHaveValue("Debit the account");
  await follow(again.getByRole("link", { name: "Not saved yet" }));
  await expectAccessible(again);
  await merge(again).click();
  // The browser asks for the choice before it sends anything.
  await expect(again.getByRole("radio").first()).toBeFocused();
  await expect(again).toHaveURL(/\/conflict$/);
  await again.getByLabel("Yours: Charge the account").check();
  await follow(merge(again));
  await expect(again.getByLabel("Name, row 1")).toHaveValue("Charge the account");
  await expect(again.getByTestId("save-state")).toHaveText("Saved, version 3");
  await expect(again.getByRole("link", { name: "Not saved yet" })).toHaveCount(0);
});

test("what one has yet to choose about is not replaced by another window", async ({ page, open, context }) => {
  await open("webhook-fan-out", "map", { seconds: 5 });
  const address = page.url();
  const second = await context.newPage();
  await second.goto(address);
  await settled(second);
  await overtake(page, context, "Name, row 3", "Tell the warehouse");
  await meet(page, "Name, row 1", "Charge the account");
  await second.bringToFront();
  await meet(second, "Name, row 2", "Mail the customer");
  await page.close();
  await second.close();

  // The server keeps what was first, this browser what came after.
  const again = await context.newPage();
  await again.goto(address);
  await settled(again);
  await expect(again.getByRole("alert")).toContainText("Version 2 was saved elsewhere");
  await follow(again.getByRole("link", { name: "Not saved yet" }));
  await expect(again.getByText("Charge the account", { exact: true })).toBeVisible();
  await follow(merge(again));
  await expect(again.getByRole("alert")).toContainText("Version 3 was saved elsewhere");
  await follow(again.getByRole("link", { name: "Compare and choose" }));
  await expect(again.getByText("Mail the customer", { exact: true })).toBeVisible();
  await follow(merge(again));
  for (const [row, name] of [[1, "Charge the account"], [2, "Mail the customer"], [3, "Tell the warehouse"]] as const) {
    await expect(again.getByLabel(`Name, row ${row}`)).toHaveValue(name);
  }
  await expect(again.getByTestId("save-state")).toHaveText("Saved, version 4");
  await expect(again.getByRole("link", { name: "Not saved yet" })).toHaveCount(0);
});
