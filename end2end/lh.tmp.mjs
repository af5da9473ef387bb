import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { CHROMIUM, serve } from "./node/served.mjs";
const { url, end } = await serve();
const [,, which = "prototype,map", runs = "1"] = process.argv;
const browser = await chromium.launch(CHROMIUM);
const page = await browser.newPage();
await page.goto(url);
await page.getByRole("listitem").filter({ hasText: "Checkout" }).getByRole("button").first().click();
await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
const address = page.url().replace(/[a-z]+$/, "");
await page.goto(`${address}prototype`);
await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
await page.getByRole("button", { name: "Simulate on the server" }).click();
await page.getByText("kept on the server, seed").waitFor();
await browser.close();
for (const slug of which.split(",")) for (let i = 0; i < +runs; i++) {
  try {
  const report = execFileSync("npm", ["exec", "--yes", "lighthouse@13.5.0", "--", `${address}${slug}`, "--output=json", "--quiet", "--only-categories=performance", `--chrome-flags=--headless=new ${CHROMIUM.args.join(" ")}`], { env: { ...process.env, CHROME_PATH: CHROMIUM.executablePath }, maxBuffer: 64 << 20, stdio: ["ignore", "pipe", "ignore"] });
  const r = JSON.parse(report);
  writeFileSync(`/tmp/lh-${slug}.json`, report);
  const v = (id) => r.audits[id]?.displayValue;
  console.log(slug, Math.round(100 * r.categories.performance.score), "FCP", v("first-contentful-paint"), "LCP", v("largest-contentful-paint"), "SI", v("speed-index"), "TBT", v("total-blocking-time"), "CLS", v("cumulative-layout-shift"), "observed FCP/LCP", JSON.stringify((({observedFirstContentfulPaint:a,observedLargestContentfulPaint:b,observedLoad:c})=>[a,b,c])(r.audits.metrics?.details?.items?.[0]??{})), r.audits["lcp-breakdown-insight"]?.details?.items?.[1]?.snippet?.slice(0,200));
  } catch (e) { console.log(slug, "failed", String(e).slice(0, 100)); }
}
end();
