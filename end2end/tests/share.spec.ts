// A pipeline is shared by a link: somebody without an account follows it, until it is taken back.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, expectComplaint, openExample, PASSWORD, settled, test } from "../fixtures";

async function look(page: Page, width: number): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
  expect(wide, `${page.url()} needs no sideways scrolling`).toBeLessThanOrEqual(width);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
  await expectAccessible(page);
}

for (const width of [1280, 390]) {
  test(`a link is followed until it is revoked, at ${width} px`, async ({ browser, page, visit }) => {
    test.setTimeout(180_000);
    expectComplaint("404 (Not Found)");
    await page.setViewportSize({ width, height: 860 });
    await visit("/");
    await openExample(page, "Bank gateway");
    const pipeline = new URL(page.url()).pathname.replace(/[a-z]+$/, "");
    await visit(`${pipeline}prototype`);
    await page.getByRole("button", { name: /^Simulate on the server/ }).click();
    await expect(page.getByRole("complementary", { name: "Summary" })).toContainText("kept on the server");
    await page.getByRole("link", { name: "Share", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Share Bank gateway" })).toBeVisible();
    await look(page, width);
    await page.getByLabel("What you call it").fill("Partners");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("Let people download").check();
    await page.getByRole("button", { name: "Make a link" }).click();
    const address = await page.getByLabel("The link", { exact: true }).inputValue();
    await expect(page.getByRole("row").filter({ hasText: "Partners" })).toContainText("until revoked");
    await look(page, width);
    await page.screenshot({ path: test.info().outputPath("share.png"), fullPage: true });

    const stranger = await (await browser.newContext()).newPage();
    const complaints: string[] = [];
    stranger.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await stranger.setViewportSize({ width, height: 860 });
    await stranger.goto(address);
    await expect(stranger.getByText("Bank gateway")).toHaveCount(0);
    await stranger.getByLabel("Password").fill("something else entirely");
    await stranger.getByRole("button", { name: "Open it" }).click();
    await expect(stranger.getByRole("alert")).toHaveText("This is not the password of this link.");
    await look(stranger, width);
    await stranger.getByLabel("Password").fill(PASSWORD);
    await stranger.getByRole("button", { name: "Open it" }).click();
    await expect(stranger.getByRole("heading", { level: 1, name: "Bank gateway" })).toBeVisible();
    await expect(stranger.getByText("As it stands now: version 1.")).toBeVisible();
    await expect(stranger.getByTestId("verdict")).toBeVisible();
    await look(stranger, width);
    await stranger.screenshot({ path: test.info().outputPath("shared.png"), fullPage: true });
    for (const name of ["Download as JSON", /^SVG/, /^CSV/]) {
      const download = stranger.waitForEvent("download");
      await stranger.getByRole("link", { name }).first().click();
      expect((await download).suggestedFilename()).toMatch(/\.(json|svg|csv)$/);
    }
    await stranger.getByRole("button", { name: "Copy to my workspace" }).click();
    await expect(stranger.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
    await settled(stranger);
    expect(new URL(stranger.url()).pathname).not.toContain(pipeline);

    await page.getByRole("button", { name: /^Revoke/ }).click();
    await expect(page.getByRole("row").filter({ hasText: "Partners" })).toContainText("revoked");
    expect(complaints, "the console stays empty").toEqual([]);
    const gone = await stranger.goto(address);
    expect(gone?.status()).toBe(404);
    await expect(stranger.getByRole("heading", { level: 1, name: "There is no such link" })).toBeVisible();
    await look(stranger, width);
  });
}
