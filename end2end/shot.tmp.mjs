import { chromium } from "playwright-core";
import { CHROMIUM, serve } from "./node/served.mjs";
const { url, end } = await serve();
const browser = await chromium.launch(CHROMIUM);
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(url);
await page.getByRole("listitem").filter({ hasText: process.argv[3] ?? "Checkout" }).getByRole("button").first().click();
await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
const address = page.url().replace(/[a-z]+$/, "");
for (const slug of process.argv[2].split(",")) for (const [w, scheme] of [[1280, "light"], [390, "dark"]]) {
  await page.setViewportSize({ width: w, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(address + slug);
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await page.waitForTimeout(2500);
  await page.screenshot({ path: `/tmp/shot-${slug}-${w}.png`, fullPage: slug !== "prototype" });
  console.log(slug, w, await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]));
}
await browser.close(); end();
