// Somebody who may see a pipeline and not change it is offered nothing that would be refused.
import { expect, expectAccessible, openExample, PASSWORD, scripted, settled, signUp, test } from "../fixtures";

const STEPS = ["frame", "map", "classify", "budget", "maturity", "prototype", "arrange", "what-if", "decide", "record"];

test("a viewer reads, simulates and comments, and finds no field to change", async ({ page, browser, forkline, visit }) => {
  test.setTimeout(120_000);
  const [person, mate] = ["Ann", "Vi"].map((name) => `${name}${Date.now()}`);
  await signUp(page, forkline.url, person, `${person.toLowerCase()}@example.org`);
  await page.getByRole("link", { name: "Teams" }).click();
  await page.getByLabel("Name of a new team").fill("Readers");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByLabel("E-mail address").fill(`${mate.toLowerCase()}@example.org`);
  await page.locator("#role").selectOption({ label: "viewer" });
  await page.getByRole("button", { name: "Make an invitation" }).click();
  const invitation = await page.getByLabel("The link").inputValue();
  await visit("/");
  await openExample(page, "Checkout");
  await page.getByRole("link", { name: "Move or copy" }).click();
  const pipeline = new URL(page.url()).pathname.replace(/\/place$/, "");
  await page.locator("#move-to").selectOption({ label: "Readers" });
  await page.getByRole("button", { name: "Move it" }).click();

  const viewer = await (await browser.newContext({ javaScriptEnabled: scripted() })).newPage();
  await viewer.goto(invitation);
  await viewer.getByLabel("Your name").fill(mate);
  await viewer.getByLabel("Password").fill(PASSWORD);
  await viewer.getByRole("button", { name: "Make the account" }).click();
  for (const step of STEPS) {
    await viewer.goto(`${forkline.url}${pipeline}/${step}`);
    await settled(viewer);
    await expect(viewer.getByText("You may see this and comment, not change it.")).toBeVisible();
    await expect(viewer.getByRole("link", { name: "Share", exact: true })).toHaveCount(0);
    const offered = viewer.locator("main form[method=post] :is(input, select, textarea, button):enabled:visible");
    for (const control of await offered.all()) await expect(control).toHaveText(/^Simulate/);
    // axe takes all that stands in a fieldset that is switched off for out of reach, and not only its fields.
    for (const region of await viewer.locator("main [role=region][tabindex='0']:visible").all()) {
      await region.focus();
      await expect(region).toBeFocused();
    }
    await expectAccessible(viewer, "scrollable-region-focusable");
  }
  await viewer.goto(`${forkline.url}${pipeline}/prototype`);
  await viewer.getByRole("button", { name: "Simulate on the server" }).click();
  await expect(viewer.getByText("kept on the server, seed")).toBeVisible();
  await viewer.getByRole("link", { name: "Discussion", exact: true }).click();
  await viewer.getByLabel("Text").first().fill("Who owns the refunds?");
  await viewer.getByRole("button", { name: "Say it" }).first().click();
  await expect(viewer.getByText("Who owns the refunds?")).toBeVisible();
  await viewer.context().close();
  // Whoever may change it finds all fields as ever.
  await visit(`${pipeline}/frame`);
  await expect(page.getByLabel("Name", { exact: true })).toBeEnabled();
});
