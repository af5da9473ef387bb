// Two people with one pipeline open: each hears of the other, and of what the other saves.
import { type Page } from "@playwright/test";
import { expect, expectAccessible, PASSWORD, save, settled, test } from "../fixtures";

async function signUp(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/sign-up`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail address").fill(`${name.toLowerCase()}@example.org`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByRole("link", { name })).toBeVisible();
}

test("who else is here is shown, and what they save within two seconds", async ({ page, browser, forkline }) => {
  const person = `Ann${Date.now()}`;
  const mate = `Bo${Date.now()}`;
  await signUp(page, forkline.url, person);
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
  await page.getByRole("link", { name: "Show it" }).click();
  await settled(page);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Renamed");
  await other.context().close();
  await expect(page.getByText("Also here")).toHaveCount(0, { timeout: 5_000 });
});
