// Two people with one pipeline open hear of each other, meet in a conflict, talk, sign off and share; a third follows the link
// without an account until it is revoked.
import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { leave, save, settled } from "../actions";
import { expectAccessible } from "../axe";
import { founded, invited, PASSWORD, signUp } from "../api";
import { expect, expectComplaint, test } from "../fixtures";

/** Who else is here, as the server tells this page first of all. */
function told(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const source = new EventSource(location.pathname.replace(/[a-z]+$/, "live"));
        source.onmessage = ({ data }) => {
          source.close();
          resolve(JSON.parse(data).others ?? []);
        };
      }),
  );
}

test("two people work on one pipeline while a third follows a link", async ({ page, browser, forkline }) => {
  expectComplaint("404 (Not Found)");
  const [person, mate] = ["Ann", "Bo"].map((name) => `${name}${randomUUID().slice(0, 8)}`) as [string, string];
  const email = `${mate.toLowerCase()}@example.org`;
  await signUp(page, forkline.url, person, `${person.toLowerCase()}@example.org`);
  const invitation = await invited(page, forkline.url, await founded(page, forkline.url, "Payments"), email, "editor");
  await expectAccessible(page);
  await page.goto(forkline.url);
  await page.getByLabel("Name of a new pipeline").fill("Shared");
  await page.getByLabel("Where it is to lie").selectOption({ label: "Payments" });
  await leave(page, () => page.getByRole("button", { name: "Start it" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  const pipeline = new URL(page.url()).pathname;

  const other = await (await browser.newContext()).newPage();
  await other.goto(invitation);
  await other.getByLabel("Your name").fill(mate);
  await other.getByLabel("Password").fill(PASSWORD);
  await leave(other, () => other.getByRole("button", { name: "Make the account" }).click());
  await expect(other.getByRole("link", { name: mate, exact: true })).toBeVisible();
  await other.goto(forkline.url + pipeline);
  await settled(other);
  await expect(page.getByText(`Also here: ${mate}.`)).toBeVisible();
  await expect(other.getByText(`Also here: ${person}.`)).toBeVisible();

  await other.getByLabel("Name", { exact: true }).fill("Renamed");
  await save(other);
  await expect(page.getByText(`${mate} saved version 2.`)).toBeVisible();
  await expect(other.getByText("saved version")).toHaveCount(0);
  await expectAccessible(page);

  // Ann has not looked at it yet, and changes the same field: nothing is overwritten, and she chooses.
  await page.getByLabel("Name", { exact: true }).fill("Renamed by Ann");
  await page.keyboard.press("Tab");
  await leave(page, () => page.getByRole("link", { name: "Compare and choose" }).click());
  await expectAccessible(page);
  await page.getByLabel(/^Yours: /).check();
  await leave(page, () => page.getByRole("button", { name: "Save the merged version" }).click());
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 3");
  await expect(other.getByText(`${person} saved version 3.`)).toBeVisible();
  await leave(other, () => other.getByRole("link", { name: "Show it" }).click());
  await expect(other.getByLabel("Name", { exact: true })).toHaveValue("Renamed by Ann");

  // They talk about it, and Bo signs off.
  await leave(page, () => page.getByRole("link", { name: "Discussion", exact: true }).click());
  await page.getByLabel("Text").first().fill(`@${mate}, is that the name?`);
  await leave(page, () => page.getByRole("button", { name: "Say it" }).first().click());
  await page.getByLabel("Ask somebody to sign off").selectOption({ label: `${mate} (${email})` });
  await leave(page, () => page.getByRole("button", { name: "Ask them" }).click());
  await other.goto(forkline.url + pipeline.replace(/[a-z]+$/, "discussion"));
  await expect(other.getByText("is that the name?")).toBeVisible();
  await other.getByLabel("I approve").check();
  await other.getByRole("button", { name: "Sign off" }).click();
  await expect(other.getByRole("row", { name: new RegExp(mate) })).toContainText("approves");
  await expectAccessible(other);

  // A third, without an account, follows a link until it is revoked. Bo is an editor and may not share.
  await leave(page, () => page.getByRole("link", { name: "Share", exact: true }).click());
  await leave(page, () => page.getByRole("button", { name: "Make a link" }).click());
  const link = await page.getByLabel("The link", { exact: true }).inputValue();
  const third = await (await browser.newContext()).newPage();
  await third.goto(link);
  await expect(third.getByRole("heading", { level: 1, name: "Renamed by Ann" })).toBeVisible();
  await expect(third.getByText(person)).toHaveCount(0);
  await expectAccessible(third);
  await leave(page, () => page.getByRole("button", { name: /^Revoke/ }).click());
  expect((await third.goto(link))?.status()).toBe(404);
  await third.context().close();

  // No page of a team is wider than a phone.
  await page.setViewportSize({ width: 390, height: 860 });
  for (const place of ["frame", "history", "discussion", "share", "place"]) {
    await page.goto(forkline.url + pipeline.replace(/[a-z]+$/, place));
    await settled(page);
    const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
    expect(wide, place).toBeLessThanOrEqual(390);
  }
  await page.goto(forkline.url + pipeline);
  await settled(page);
  expect(await told(page), "a reader of the discussion is not here").toEqual([]);
  await expect(page.getByText("Also here")).toHaveCount(0);
  await other.goto(forkline.url + pipeline);
  await settled(other);
  await expect(page.getByText(`Also here: ${mate}.`)).toBeVisible();
  await other.context().close();
  await expect(page.getByText("Also here")).toHaveCount(0);
});
