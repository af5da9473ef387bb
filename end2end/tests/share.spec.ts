// A pipeline is shared by a link: somebody without an account follows it, until it is taken back.
import type { Page } from "@playwright/test";
import { leave } from "../actions";
import { PASSWORD } from "../api";
import { expectAccessible } from "../axe";
import { taken } from "../files";
import { expect, expectComplaint, test } from "../fixtures";

const WIDTHS = [1280, 390];

async function look(page: Page, what: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
    expect(wide, `${what} needs no sideways scrolling at ${width} px`).toBeLessThanOrEqual(width);
    await expectAccessible(page);
  }
}

test("a link is followed until it is revoked", async ({ browser, page, open }) => {
  expectComplaint("404 (Not Found)");
  const pipeline = await open("bank-gateway", "prototype", { simulated: true });
  await leave(page, () => page.getByRole("link", { name: "Share", exact: true }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Share Bank gateway" })).toBeVisible();
  await page.getByLabel("What you call it").fill("Partners");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Let people download").check();
  await leave(page, () => page.getByRole("button", { name: "Make a link" }).click());
  const address = await page.getByLabel("The link", { exact: true }).inputValue();
  await expect(page.getByRole("row").filter({ hasText: "Partners" })).toContainText("until revoked");
  await look(page, "the page of links");

  const stranger = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  stranger.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await stranger.goto(address);
  await expect(stranger.getByLabel("Password")).toBeVisible();
  await expect(stranger.getByText("Bank gateway")).toHaveCount(0);
  await stranger.getByLabel("Password").fill("something else entirely");
  await leave(stranger, () => stranger.getByRole("button", { name: "Open it" }).click());
  await expect(stranger.getByRole("alert")).toHaveText("This is not the password of this link.");
  await look(stranger, "the question for the password");
  await stranger.getByLabel("Password").fill(PASSWORD);
  await leave(stranger, () => stranger.getByRole("button", { name: "Open it" }).click());
  await expect(stranger.getByRole("heading", { level: 1, name: "Bank gateway" })).toBeVisible();
  await expect(stranger.getByText("As it stands now: version 1.")).toBeVisible();
  await expect(stranger.getByTestId("verdict")).toBeVisible();
  await look(stranger, "what is shared");
  for (const name of ["Download as JSON", /^SVG/, /^CSV/]) {
    expect((await taken(stranger.getByRole("link", { name }).first())).name).toMatch(/\.(json|svg|csv)$/);
  }
  await leave(stranger, () => stranger.getByRole("button", { name: "Copy to my workspace" }).click());
  await expect(stranger.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
  expect(new URL(stranger.url()).pathname).not.toContain(pipeline);

  await leave(page, () => page.getByRole("button", { name: /^Revoke/ }).click());
  await expect(page.getByRole("row").filter({ hasText: "Partners" })).toContainText("revoked");
  expect(complaints, "the console stays empty").toEqual([]);
  const gone = await stranger.goto(address);
  expect(gone?.status()).toBe(404);
  await expect(stranger.getByRole("heading", { level: 1, name: "There is no such link" })).toBeVisible();
  await look(stranger, "a link that is gone");
  await stranger.context().close();
});
