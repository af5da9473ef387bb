// Every page as it stands: readable by everybody, in light and dark, wide and narrow, and never wider than its window.
import { expect, expectAccessible, expectComplaint, openExample, test } from "../fixtures";

const STEPS = ["frame", "map", "classify", "budget", "maturity", "prototype", "arrange", "what-if", "decide", "record"];
const OTHERS = ["/", "/rules", "/glossary", "/self-check", "/nowhere"];

for (const width of [1280, 390]) {
  test(`every page at ${width} px`, async ({ page, visit }) => {
    test.setTimeout(180_000);
    expectComplaint("404 (Not Found)");
    await page.setViewportSize({ width, height: 860 });
    const look = async (path: string) => {
      await visit(path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
      expect(wide, `${path} needs no sideways scrolling`).toBeLessThanOrEqual(width);
      // What is folded away is read too.
      await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
      await expectAccessible(page);
    };
    for (const path of OTHERS) await look(path);
    await visit("/");
    await openExample(page, "Checkout");
    const pipeline = new URL(page.url()).pathname.replace(/[a-z]+$/, "");
    await visit(`${pipeline}prototype`);
    await page.getByRole("button", { name: /^Simulate on the server/ }).click();
    await expect(page.getByRole("complementary", { name: "Summary" })).toContainText("kept on the server");
    for (const step of STEPS) await look(pipeline + step);
  });
}
