// Two people with one pipeline open hear of each other, meet in a conflict, talk, sign off and share; a third follows the link
// without an account until it is revoked.
import { expect, expectAccessible, expectComplaint, PASSWORD, save, settled, signUp, test } from "../fixtures";

test("two people work on one pipeline while a third follows a link", async ({ page, browser, forkline }) => {
  test.setTimeout(180_000);
  expectComplaint("404 (Not Found)");
  const person = `Ann${Date.now()}`;
  const mate = `Bo${Date.now()}`;
  await signUp(page, forkline.url, person, `${person.toLowerCase()}@example.org`);
  await page.getByRole("link", { name: "Teams" }).click();
  await page.getByLabel("Name of a new team").fill("Payments");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByLabel("E-mail address").fill(`${mate.toLowerCase()}@example.org`);
  await page.getByRole("button", { name: "Make an invitation" }).click();
  const invitation = await page.getByLabel("The link").inputValue();
  await expectAccessible(page);
  await page.goto(forkline.url);
  await page.getByLabel("Name of a new pipeline").fill("Shared");
  await page.getByLabel("Where it is to lie").selectOption({ label: "Payments" });
  await page.getByRole("button", { name: "Start it" }).click();
  await settled(page);
  const pipeline = new URL(page.url()).pathname;

  const other = await (await browser.newContext()).newPage();
  await other.goto(invitation);
  await other.getByLabel("Your name").fill(mate);
  await other.getByLabel("Password").fill(PASSWORD);
  await other.getByRole("button", { name: "Make the account" }).click();
  await other.goto(forkline.url + pipeline);
  await settled(other);
  await expect(page.getByText(`Also here: ${mate}.`)).toBeVisible({ timeout: 5_000 });
  await expect(other.getByText(`Also here: ${person}.`)).toBeVisible({ timeout: 5_000 });

  await other.getByLabel("Name", { exact: true }).fill("Renamed");
  await save(other);
  await expect(page.getByText(`${mate} saved version 2.`)).toBeVisible({ timeout: 3_000 });
  await expect(other.getByText("saved version")).toHaveCount(0);
  await expectAccessible(page);

  // Ann has not looked at it yet, and changes the same field: nothing is overwritten, and she chooses.
  await page.getByLabel("Name", { exact: true }).fill("Renamed by Ann");
  await page.keyboard.press("Tab");
  await page.getByRole("link", { name: "Compare and choose" }).click();
  await expectAccessible(page);
  await page.getByLabel(/^Yours: /).check();
  await page.getByRole("button", { name: "Save the merged version" }).click();
  await settled(page);
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
  await expect(other.getByText(`${person} saved version 3.`)).toBeVisible({ timeout: 3_000 });
  await other.getByRole("link", { name: "Show it" }).click();
  await settled(other);
  await expect(other.getByLabel("Name", { exact: true })).toHaveValue("Renamed by Ann");

  // They talk about it, and Bo signs off.
  await page.getByRole("link", { name: "Discussion", exact: true }).click();
  await page.getByLabel("Text").first().fill(`@${mate}, is that the name?`);
  await page.getByRole("button", { name: "Say it" }).first().click();
  await page.getByLabel("Ask somebody to sign off").selectOption({ label: `${mate} (${mate.toLowerCase()}@example.org)` });
  await page.getByRole("button", { name: "Ask them" }).click();
  await other.goto(forkline.url + pipeline.replace(/[a-z]+$/, "discussion"));
  await expect(other.getByText("is that the name?")).toBeVisible();
  await other.getByLabel("I approve").check();
  await other.getByRole("button", { name: "Sign off" }).click();
  await expect(other.getByRole("row", { name: new RegExp(mate) })).toContainText("approves");
  await expectAccessible(other);

  // A third, without an account, follows a link until it is revoked. Bo is an editor and may not share.
  await page.getByRole("link", { name: "Share", exact: true }).click();
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = await page.getByLabel("The link", { exact: true }).inputValue();
  const third = await (await browser.newContext()).newPage();
  await third.goto(link);
  await expect(third.getByRole("heading", { level: 1, name: "Renamed by Ann" })).toBeVisible();
  await expect(third.getByText(person)).toHaveCount(0);
  await expectAccessible(third);
  await page.getByRole("button", { name: /^Revoke/ }).click();
  expect((await third.goto(link))?.status()).toBe(404);
  await third.context().close();

  // No page is wider than a phone, whoever looks.
  await page.setViewportSize({ width: 390, height: 860 });
  for (const place of ["frame", "history", "discussion", "share", "place"]) {
    await page.goto(forkline.url + pipeline.replace(/[a-z]+$/, place));
    const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
    expect(wide, place).toBeLessThanOrEqual(390);
    await expectAccessible(page);
  }
  await page.goto(forkline.url + pipeline);
  await expect(page.getByText(`Also here: ${mate}.`)).toHaveCount(0);
  await other.goto(forkline.url + pipeline);
  await expect(page.getByText(`Also here: ${mate}.`)).toBeVisible({ timeout: 5_000 });
  await other.context().close();
  await expect(page.getByText("Also here")).toHaveCount(0, { timeout: 5_000 });
});
