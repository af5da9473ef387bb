// What does not exist, and what failed.
import { expect, expectAccessible, expectComplaint, settled, test } from "../fixtures";

for (const [what, path] of [
  ["page", "/nothing/here"],
  ["pipeline", "/pipelines/00000000-0000-7000-8000-000000000000/map"],
  ["pipeline", "/pipelines/not-an-id/map"],
]) {
  test(`${path} is a page with status 404`, async ({ page, forkline }) => {
    expectComplaint("404 (Not Found)");
    const response = await page.goto(forkline.url + path);
    expect(response?.status()).toBe(404);
    await settled(page);
    await expect(page.getByRole("heading", { level: 1, name: `There is no such ${what}` })).toBeVisible();
    await expect(page.getByRole("link", { name: "Go to your pipelines" })).toBeVisible();
    await expectAccessible(page);
  });
}

test("every answer carries an id that is in the log", async ({ page, forkline }) => {
  const response = await page.goto(forkline.url);
  const id = response?.headers()["x-request-id"] ?? "";
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  await expect.poll(() => forkline.log).toContain(id);
});
