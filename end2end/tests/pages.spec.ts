// Every page as it stands: readable by everybody, in light and dark, wide and narrow, and never wider than its window.
import type { Page } from "@playwright/test";
import { expectAccessible } from "../axe";
import { expect, expectComplaint, test } from "../fixtures";

const SITE = ["/", "/rules", "/glossary", "/self-check", "/sign-in", "/sign-up", "/nowhere"];
const WORKBENCH = [
  ["frame", "map", "classify", "budget", "maturity"],
  ["prototype", "arrange", "what-if", "decide", "record"],
];
const BESIDE = ["history", "discussion", "share", "place"];
const WIDTHS = [1280, 390];

async function look(page: Page, path: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  // Folded parts are read too.
  await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
    expect(wide, `${path} needs no sideways scrolling at ${width} px`).toBeLessThanOrEqual(width);
    await expectAccessible(page);
  }
}

test("every page outside the workbench", { tag: "@plain" }, async ({ page, visit, open }) => {
  expectComplaint("404 (Not Found)");
  for (const path of SITE) {
    await visit(path);
    await look(page, path);
  }
  const pipeline = await open("checkout", "frame", { simulated: true });
  for (const path of BESIDE) {
    await visit(`${pipeline}/${path}`);
    await look(page, path);
  }
});

for (const steps of WORKBENCH) {
  test(`every page of the workbench from ${steps[0]} to ${steps.at(-1)}`, { tag: "@plain" }, async ({ page, visit, open }) => {
    const pipeline = await open("checkout", steps[0] ?? "", { simulated: true });
    for (const step of steps) {
      await visit(`${pipeline}/${step}`);
      await look(page, step);
    }
  });
}
