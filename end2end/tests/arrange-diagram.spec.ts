// The arrangement by hand in the diagram: dragged, moved by keyboard, refused with a reason, and undone.
import { type Locator, type Page } from "@playwright/test";
import { calm, drawn } from "../actions";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

async function start(page: Page, topology: string): Promise<void> {
  await page.getByLabel("Start from").selectOption({ label: topology });
  // The section listens from the frame after it was shown.
  await drawn(page);
  await page.getByRole("button", { name: "Start from this" }).click();
  await expect(step(page, "Check fraud")).toBeVisible();
  // The page gives the first step the focus, and takes it away from nothing after that.
  await expect(page.locator('[data-step="0"]:visible')).toBeFocused();
}

function step(page: Page, name: string): Locator {
  return page.getByRole("button", { name: new RegExp(`^${name} starts`) });
}

function stage(page: Page, number: number): Locator {
  return page.locator(`.diagram [data-stage="${number - 1}"] rect:visible`);
}

function told(page: Page, name: string): Locator {
  return page.locator(".in-words li").filter({ hasText: new RegExp(`^${name}`) });
}

async function middle(what: Locator): Promise<[number, number]> {
  const box = await what.boundingBox();
  if (!box) throw new Error("it is not drawn");
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** A free spot of a stage: its lower left corner. */
async function corner(what: Locator): Promise<[number, number]> {
  const box = await what.boundingBox();
  if (!box) throw new Error("it is not drawn");
  return [box.x + 6, box.y + box.height - 6];
}

async function show(what: Locator): Promise<void> {
  await what.evaluate((box) => box.scrollIntoView({ block: "center", behavior: "instant" }));
}

/** Takes a step and holds it over something. */
async function hold(page: Page, what: Locator, over: () => Promise<[number, number]>): Promise<void> {
  // What is still drawn would move the page under the pointer.
  await calm(page);
  await show(what);
  await page.mouse.move(...(await middle(what)));
  await page.mouse.down();
  await page.mouse.move(...(await over()), { steps: 6 });
}

test("a step is dragged onto another, onto a stage, and below", async ({ page, open }) => {
  await open("checkout", "arrange", { seconds: 5 });
  await start(page, "Sequential");
  const said = page.getByTestId("arrange-said");
  await hold(page, step(page, "Reserve stock"), () => middle(step(page, "Authorise payment")));
  await expect(said).toHaveText("Drop it here: Reserve stock starts right after Authorise payment.");
  await page.mouse.up();
  await expect(said).toHaveText("Reserve stock starts right after Authorise payment.");
  await expect(told(page, "Reserve stock")).toContainText("starts in stage 2, after Authorise payment");
  await expect(told(page, "Capture payment")).toContainText("starts in stage 3");
  await expect(page.getByLabel("Waits for, Reserve stock")).toHaveValue("Authorise payment");

  await hold(page, step(page, "Check fraud"), () => corner(stage(page, 1)));
  await page.mouse.up();
  await expect(told(page, "Check fraud")).toContainText("starts with the request, in stage 1.");

  await hold(page, step(page, "Push metrics"), () => middle(page.locator("[data-detach] rect:visible")));
  await page.mouse.up();
  await expect(told(page, "Push metrics")).toContainText("is not waited for");
  await expect(page.getByLabel("Is it waited for?, Push metrics")).toHaveValue("yes");
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+$/);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(told(page, "Check fraud")).toContainText("starts in stage 2, after Authorise payment");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(told(page, "Check fraud")).toContainText("starts with the request");
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+$/);
  await page.reload();
  await expect(told(page, "Check fraud")).toContainText("starts with the request");
});

test("a drag that breaks a strict dependency is refused, and Escape lets go", async ({ page, open }) => {
  await open("checkout", "arrange", { seconds: 5 });
  await start(page, "Parallel");
  const said = page.getByTestId("arrange-said");
  const before = await page.locator(".in-words").textContent();
  const reason = "Capture payment must come after Authorise payment (strict: captures what was authorised).";
  await hold(page, step(page, "Capture payment"), () => corner(stage(page, 1)));
  await expect(said).toHaveText(`Not here: ${reason}`);
  await expect(page.locator('.stage.may-not.over')).toHaveCount(1);
  await page.mouse.up();
  await expect(said).toHaveText(`Refused, nothing was changed: ${reason}`);
  await expect(said).toHaveRole("alert");
  expect(await page.locator(".in-words").textContent()).toBe(before);

  await hold(page, step(page, "Reserve stock"), () => middle(page.locator("[data-detach] rect:visible")));
  await expect(said).toContainText("so Reserve stock cannot be detached.");
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(said).toHaveText("It stays where it was.");
  await expect(said).toHaveRole("status");
  await expect(page.locator(".may, .may-not, .held, .over")).toHaveCount(0);
  expect(await page.locator(".in-words").textContent()).toBe(before);
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
});

test("the keyboard moves a step by stages, detaches it, and goes to its row", async ({ page, open }) => {
  await open("checkout", "arrange", { seconds: 5 });
  await start(page, "Sequential");
  const said = page.getByTestId("arrange-said");
  await step(page, "Reserve stock").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(said).toHaveText("Reserve stock starts in stage 2, after all of stage 1.");
  await expect(step(page, "Reserve stock")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(told(page, "Reserve stock")).toContainText("starts in stage 3, after Check fraud");
  await expect(step(page, "Reserve stock")).toBeFocused();

  await step(page, "Capture payment").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(said).toHaveText(
    "Refused, nothing was changed: Capture payment must come after Reserve stock (strict: no capture for goods that are gone).",
  );
  await page.keyboard.press("d");
  await expect(said).toContainText("so Capture payment cannot be detached.");

  await step(page, "Notify customer").focus();
  await page.keyboard.press("d");
  await expect(told(page, "Notify customer")).toContainText("is not waited for");
  await expect(step(page, "Notify customer")).toBeFocused();
  await page.keyboard.press("d");
  await expect(told(page, "Notify customer")).not.toContainText("is not waited for");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Waits for, Notify customer")).toBeFocused();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("a finger drags a step", async ({ page, open }) => {
    await open("checkout", "arrange", { seconds: 5 });
    await start(page, "Parallel");
    await calm(page);
    await show(step(page, "Check fraud"));
    const [x, y] = await middle(step(page, "Check fraud"));
    const [toX, toY] = await middle(step(page, "Authorise payment"));
    const touch = await page.context().newCDPSession(page);
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
    for (const part of [0.2, 0.5, 0.8, 1]) {
      const point = { x: x + (toX - x) * part, y: y + (toY - y) * part };
      await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [point] });
    }
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await expect(told(page, "Check fraud")).toContainText("starts in stage 2, after Authorise payment");
    await expectAccessible(page);
    // The page itself does not scroll sideways.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
