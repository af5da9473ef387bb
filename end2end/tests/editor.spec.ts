// The sheet with JavaScript: as fast as a spreadsheet, saved by itself, undone, and never overwritten unseen.
import { calm, settled } from "../actions";
import { begun } from "../api";
import { expect, expectComplaint, test } from "../fixtures";

const saved = /^Saved, version \d+$/;

test("rows pasted from a spreadsheet become steps", async ({ page, visit, context, forkline }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: forkline.url });
  await visit(`${await begun(page, forkline.url, "Pasted")}/map`);
  await page.getByLabel("Name, row 1").focus();
  await page.evaluate(() =>
    navigator.clipboard.writeText("Load\t20\t90\t0.1\treads\tcritical\nWrite\t35 ms\t0.2 s\t0.5 %\twrites\tdegradable\n"),
  );
  await page.keyboard.press("Control+V");
  await expect(page.getByLabel("Name, row 2")).toHaveValue("Write");
  await expect(page.getByLabel("p99, row 2")).toHaveValue("0.2 s");
  await expect(page.getByLabel("Errors, row 1")).toHaveValue("0.1 %");
  await expect(page.getByLabel("Effect, row 2")).toHaveValue("write");
  await expect(page.getByLabel("If it fails, row 2")).toHaveValue("degradable");
  await expect(page.getByTestId("save-state")).toHaveText(saved);
  await page.reload();
  await expect(page.getByLabel("p99, row 2")).toHaveValue("200 ms");
});

test("the keyboard moves through the sheet, and rows are moved, deleted, undone and redone", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByLabel("p50, row 1").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("p50, row 2")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("p50, row 3")).toBeFocused();
  await page.keyboard.press("Shift+Enter");
  await expect(page.getByLabel("p50, row 2")).toBeFocused();

  await page.getByRole("button", { name: "Move down Load customer" }).click();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Price basket");
  await page.getByRole("button", { name: "Delete Find delivery slot" }).click();
  await expect(page.getByLabel("Name, row 3")).toHaveValue("");
  await expect(page.getByLabel("Because, dependency 2")).toHaveValue("");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByLabel("Name, row 3")).toHaveValue("Find delivery slot");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Load customer");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Price basket");
  await expect(page.getByTestId("save-state")).toHaveText(saved);
});

test("an edit changes the figures at once, computed in the browser", async ({ page, open }) => {
  await open("three-services", "map");
  const dock = page.getByRole("complementary", { name: "Summary" });
  await expect(dock).toContainText("So far: stay sequential");
  await page.getByLabel("p99, row 1").fill("3 s");
  await page.keyboard.press("Tab");
  await expect(dock).not.toContainText("stay sequential");
  await calm(page);
  await expect(dock).toContainText("computed here");
  await expect(dock).not.toContainText("stay sequential");
});

test("a second editor's save is a conflict that nobody loses by", async ({ page, open, context }) => {
  await open("webhook-fan-out", "map", { seconds: 5 });
  const other = await context.newPage();
  await other.goto(page.url());
  await settled(other);
  await other.getByLabel("Name, row 1").fill("Debit the account");
  await other.keyboard.press("Tab");
  await expect(other.getByTestId("save-state")).toHaveText("Saved, version 2");

  await page.getByLabel("Name, row 2").fill("Mail the customer");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("alert")).toContainText("Version 2 was saved elsewhere");
  await page.getByRole("button", { name: "Take theirs" }).click();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Debit the account");
  await expect(page.getByLabel("Name, row 2")).toHaveValue("Send confirmation mail");
  // One's own is one step of undo away.
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByLabel("Name, row 2")).toHaveValue("Mail the customer");
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
});

test("while the server is away the page says so, and saves when it is back", async ({ page, open, context }) => {
  expectComplaint("net::ERR_INTERNET_DISCONNECTED");
  await open("bank-gateway", "map", { seconds: 5 });
  // The worker comes with the first edit, and is there before the server goes.
  await page.getByLabel("Errors, row 1").fill("0.2 %");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("complementary", { name: "Summary" })).toContainText("computed here");
  await context.setOffline(true);
  await page.getByLabel("Name, row 1").fill("Verify the account");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("save-state")).toContainText("Offline");
  await context.setOffline(false);
  await expect(page.getByTestId("save-state")).toHaveText(saved);
  await page.reload();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Verify the account");
});

test("what was typed when the tab was closed is there when it is opened again", async ({ page, open, context }) => {
  await open("three-services", "map", { seconds: 5 });
  const address = page.url();
  // The field still has the focus, and the pause before a save has not begun.
  await page.getByLabel("p99, row 1").fill("1234");
  await page.close();
  const again = await context.newPage();
  await again.goto(address);
  await settled(again);
  await expect(again.getByLabel("p99, row 1")).toHaveValue("1234 ms");
  await expect(again.getByTestId("save-state")).toHaveText("Saved, version 2");

  // Neither is what cannot be read yet.
  await again.getByLabel("p99, row 2").fill("soon");
  await again.close();
  const last = await context.newPage();
  await last.goto(address);
  await settled(last);
  await expect(last.getByLabel("p99, row 2")).toHaveValue("soon");
  await expect(last.getByRole("alert")).toBeVisible();
});

test("an edit made while the server is away and the tab is closed meets what others saved since", async ({ page, open, context }) => {
  expectComplaint("net::ERR_INTERNET_DISCONNECTED");
  await open("three-services", "map", { seconds: 5 });
  const address = page.url();
  await context.setOffline(true);
  await page.getByLabel("Name, row 1").fill("Load client");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("save-state")).toContainText("Offline");
  await page.close();
  await context.setOffline(false);

  // Another browser of the same person, which remembers nothing.
  const browser = await context.browser()!.newContext();
  await browser.addCookies(await context.cookies());
  const elsewhere = await browser.newPage();
  await elsewhere.goto(address);
  await settled(elsewhere);
  await elsewhere.getByLabel("Name, row 2").fill("Risk check");
  await elsewhere.keyboard.press("Tab");
  await expect(elsewhere.getByTestId("save-state")).toHaveText("Saved, version 2");
  await elsewhere.context().close();

  const again = await context.newPage();
  await again.goto(address);
  await settled(again);
  await expect(again.getByRole("alert")).toContainText("Version 2 was saved elsewhere");
  await expect(again.getByLabel("Name, row 1")).toHaveValue("Load client");
  await again.getByRole("button", { name: "Take theirs" }).click();
  await expect(again.getByLabel("Name, row 2")).toHaveValue("Risk check");
});

test("on a slow line nobody meets their own saves", async ({ page, open }) => {
  await open("webhook-fan-out", "map", { seconds: 5 });
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  let sent = 0;
  await page.route("**/api/pipeline/save", async (route) => {
    if ((sent += 1) === 1) await held;
    await route.continue();
  });
  const type = async (row: number, name: string) => {
    await page.getByLabel(`Name, row ${row}`).fill(name);
    await page.getByLabel(`Name, row ${row}`).blur();
  };
  await type(1, "Debit");
  await expect.poll(() => sent).toBe(1);
  await type(2, "Mail");
  await type(3, "Ship");
  // Longer than two pauses before a save, by the page's own clock: its timers go off in their order however late.
  await page.evaluate(() => new Promise((over) => setTimeout(over, 1_200)));
  expect(sent, "nothing is sent while a save is on its way").toBe(1);
  answer();
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
  expect(sent).toBe(2);
  await page.unrouteAll();
  await page.reload();
  await settled(page);
  for (const [row, name] of ["Debit", "Mail", "Ship"].entries()) {
    await expect(page.getByLabel(`Name, row ${row + 1}`)).toHaveValue(name);
  }
});
