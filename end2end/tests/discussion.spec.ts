// Two people talk about a pipeline and sign it off, and its record says so.
import { randomUUID } from "node:crypto";
import { leave } from "../actions";
import { expectAccessible } from "../axe";
import { PASSWORD } from "../api";
import { taken } from "../files";
import { expect, test } from "../fixtures";

test("a team talks about a pipeline, signs it off, and takes it along", async ({ page, browser, forkline }) => {
  const mark = randomUUID().slice(0, 8);
  const [ann, bob] = [`Ann ${mark}`, `Bob ${mark}`];
  const mate = await (await browser.newContext()).newPage();
  for (const [one, name] of [[page, ann], [mate, bob]] as const) {
    await one.goto(`${forkline.url}/sign-up`);
    await one.getByLabel("Your name").fill(name);
    await one.getByLabel("E-mail address").fill(`${name.toLowerCase().replace(" ", ".")}@example.org`);
    await one.getByLabel("Password").fill(PASSWORD);
    await leave(one, () => one.getByRole("button", { name: "Make the account" }).click());
    await expect(one.getByRole("link", { name, exact: true })).toBeVisible();
  }
  await page.goto(`${forkline.url}/teams`);
  await page.getByLabel("Name of a new team").fill(`Payments ${mark}`);
  await page.getByRole("button", { name: "Make it" }).click();
  await page.waitForURL(/\/teams\/[0-9a-f-]+$/);
  const team = page.url();
  await page.getByLabel("E-mail address").fill(`bob.${mark}@example.org`);
  await page.getByRole("button", { name: "Make an invitation" }).click();
  await mate.goto(await page.getByLabel("The link").inputValue());
  await expectAccessible(mate);
  await leave(mate, () => mate.getByRole("button", { name: "Come in" }).click());
  await page.goto(forkline.url);
  await page.getByLabel("Name of a new pipeline").fill("Refunds");
  await page.getByLabel("Where it is to lie").selectOption({ label: `Payments ${mark}` });
  await leave(page, () => page.getByRole("button", { name: "Start it" }).click());
  await page.getByRole("link", { name: "Discussion", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Discussion" })).toBeVisible();
  await expect(page.locator("script[type=module]")).toHaveCount(0);

  // A comment that calls a teammate, who finds it where they come in, answers, and settles it.
  await page.getByLabel("Text").first().fill(`Who owns the refunds?\n@${bob}, do you?`);
  await page.getByRole("button", { name: "Say it" }).first().click();
  await expect(page.getByRole("link", { name: "Discussion (1 open)" })).toBeVisible();
  await mate.goto(forkline.url);
  await expect(mate.getByRole("heading", { name: "You were mentioned" })).toBeVisible();
  await expectAccessible(mate);
  await mate.getByRole("link", { name: `${ann} on Refunds` }).click();
  await expect(mate.getByText("Who owns the refunds?")).toBeVisible();
  await mate.getByText("Answer: comment of").click();
  const thread = mate.getByRole("listitem").filter({ hasText: "Who owns the refunds?" });
  await thread.getByLabel("Text").fill("I do.");
  await thread.getByRole("button", { name: "Answer it" }).click();
  await expect(mate.getByText("I do.")).toBeVisible();
  await expectAccessible(mate);
  await mate.getByRole("button", { name: /^Resolve/ }).click();
  await expect(mate.getByText("Resolved (1)")).toBeVisible();

  // Sign-off by the person who is asked.
  await page.reload();
  await page.getByLabel("Ask somebody to sign off").selectOption({ label: `${bob} (bob.${mark}@example.org)` });
  await page.getByRole("button", { name: "Ask them" }).click();
  await expect(page.getByRole("row", { name: new RegExp(bob) })).toContainText("not yet");
  await mate.reload();
  await mate.getByLabel("I object").check();
  await mate.getByLabel("Why").fill("Nothing is measured");
  await mate.getByRole("button", { name: "Sign off" }).click();
  await expect(mate.getByRole("row", { name: new RegExp(bob) })).toContainText("objects");
  await page.reload();
  await expect(page.getByRole("row", { name: new RegExp(bob) })).toContainText("Nothing is measured");
  await expectAccessible(page);

  // What was done, and everything as one file.
  await page.goto(team);
  await expect(page.getByText(`${bob} objected to`)).toBeVisible();
  const link = page.getByRole("link", { name: "Download everything the team has" });
  expect((await taken(link)).name).toBe(`payments-${mark}.zip`);
  await expectAccessible(page);
  await mate.context().close();
});
