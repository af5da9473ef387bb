// Actions on pages that differ with and without JavaScript, and the waiting that belongs to them.
import { expect, test, type Locator, type Page } from "@playwright/test";

export function scripted(): boolean {
  return test.info().project.name === "with JavaScript";
}

/** Waits until the page is interactive, where it becomes so. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("domcontentloaded");
  // Pages outside the workbench have no script of their own.
  if (!scripted() || (await page.locator("head > script[type=module]").count()) === 0) return;
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Does what makes the browser leave this page, and waits for the page that comes in its place. */
export async function leave(page: Page, how: () => Promise<void>): Promise<void> {
  // A click may return before the browser has left, and `load` may still be that of the page that is left.
  const there = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
  await how();
  await there;
  await settled(page);
}

/** Clicks on a control that the page answers by itself where it has scripts; without them the browser leaves the page. */
export async function send(page: Page, control: Locator): Promise<void> {
  if (scripted()) await control.click();
  else await leave(page, () => control.click());
}

/** Waits for the page's next frame, and so for work that the page has put off until then. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

/** Waits for the end of the simulation that a page runs by itself: after it nothing is drawn anew until somebody changes something. */
export async function calm(page: Page): Promise<void> {
  if (!scripted() || (await page.locator("aside.dock").count()) === 0) return;
  // Not "no longer simulating": a page that has just become interactive has not begun.
  const ended = /computed here|kept on the server|stopped after|the pipeline is empty/;
  await expect(page.getByRole("complementary", { name: "Summary" })).toContainText(ended, { timeout: 120_000 });
}

/** Waits until the input is a stored version: by itself, or by the form's button. */
export async function save(page: Page): Promise<void> {
  if (!scripted()) return leave(page, () => page.getByRole("button", { name: "Save", exact: true }).last().click());
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+(;|$)/);
}

/** Leaves the field, or sends the form, with input that cannot be saved and so is kept as it was typed. */
export async function tried(page: Page): Promise<void> {
  if (!scripted()) return save(page);
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("save-state")).toHaveText(/^Kept as typed; /);
}

/** Follows a link within the workbench: with scripts the page stays and shows another step, without them the browser leaves it. */
async function follow(page: Page, link: Locator, title: string): Promise<void> {
  await send(page, link);
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await settled(page);
}

export async function goTo(page: Page, step: string): Promise<void> {
  await follow(page, page.getByRole("navigation", { name: "Guided steps" }).getByRole("link", { name: step }), step);
}

/** To a page beside the Prototype step. */
export async function goBeside(page: Page, aside: string): Promise<void> {
  await goTo(page, "Prototype");
  await follow(page, page.getByRole("navigation", { name: "Beside this step" }).getByRole("link", { name: aside }), aside);
}

/** From the home page to a copy of an example. */
export async function openExample(page: Page, name: string): Promise<void> {
  const example = page.getByRole("listitem").filter({ hasText: name });
  await leave(page, () => example.getByRole("button", { name: /^Try it/ }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
}

/** Figures: the browser makes them by itself; without JavaScript the server is asked for them. */
export async function simulate(page: Page): Promise<void> {
  await goTo(page, "Prototype");
  if (!scripted()) await leave(page, () => page.getByRole("button", { name: /^Simulate on the server/ }).click());
  await calm(page);
  await expect(page.getByRole("table").first()).toBeVisible();
}
