// Pages that do not exist, and requests in the log. Other addresses without a page are tested without a browser.
import { settled } from "../actions";
import { expectAccessible } from "../axe";
import { expect, expectComplaint, test } from "../fixtures";

test("a pipeline that is not there is a page with status 404, which becomes interactive without a word", async ({ page, forkline }) => {
  expectComplaint("404 (Not Found)");
  const response = await page.goto(`${forkline.url}/pipelines/00000000-0000-7000-8000-000000000000/map`);
  expect(response?.status()).toBe(404);
  await settled(page);
  await expect(page.getByRole("heading", { level: 1, name: "There is no such pipeline" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Go to your pipelines" })).toBeVisible();
  await expectAccessible(page);
});

test("every answer carries an id that is in the log", async ({ page, forkline }) => {
  const response = await page.goto(forkline.url);
  const id = response?.headers()["x-request-id"] ?? "";
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  await expect.poll(() => forkline.log).toContain(id);
});
