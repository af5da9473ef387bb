// What Lighthouse says of the pages on a phone of the middle class: its mobile preset, medians of five.
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";
import { CHROMIUM, serve } from "./served.mjs";

// Not among the development tools: it is large, and only this bench needs it.
const LIGHTHOUSE = "lighthouse@13.5.0";
const RUNS = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices"];

const { url, end } = await serve();

/** The address of an example whose figures the server keeps, and the cookie of whoever may see it. */
async function example(name) {
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByRole("listitem").filter({ hasText: name }).getByRole("button").first().click();
    await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    const address = page.url().replace(/[a-z]+$/, "");
    await page.goto(`${address}prototype`);
    await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Simulate on the server" }).click();
    await page.getByText("kept on the server, seed").waitFor();
    const cookies = await page.context().cookies(url);
    return { address, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  } finally {
    await browser.close();
  }
}

/** Lighthouse now and then fails to trace a page: then it is asked again, a few times. */
function scores(address, cookie, tries = 3) {
  try {
    return measure(address, cookie);
  } catch (failure) {
    if (tries === 1) throw failure;
    return scores(address, cookie, tries - 1);
  }
}

function measure(address, cookie) {
  const flags = [
    "--output=json",
    "--quiet",
    `--only-categories=${CATEGORIES.join(",")}`,
    `--extra-headers=${JSON.stringify({ Cookie: cookie })}`,
    `--chrome-flags=--headless=new ${CHROMIUM.args.join(" ")}`,
  ];
  const report = execFileSync("npm", ["exec", "--yes", LIGHTHOUSE, "--", address, ...flags], {
    env: { ...process.env, CHROME_PATH: CHROMIUM.executablePath },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { categories } = JSON.parse(report);
  return CATEGORIES.map((category) => Math.round(100 * categories[category].score));
}

try {
  const { address, cookie } = await example("Checkout");
  const pages = [
    ["home", url, [95, 100, 95]],
    ["a page of charts (Prototype)", `${address}prototype`, [90, 100, 95]],
    ["a page of the workbench (Map)", `${address}map`, [90, 100, 95]],
  ];
  console.log(`\nLighthouse, mobile preset, medians of ${RUNS}: ${CATEGORIES.join(", ")}`);
  for (const [name, page, goals] of pages) {
    const runs = Array.from({ length: RUNS }, () => scores(page, cookie));
    const medians = CATEGORIES.map((_, place) => runs.map((run) => run[place]).sort((a, b) => a - b)[Math.floor(RUNS / 2)]);
    console.log(`  ${name.padEnd(46)}${medians.join(", ").padStart(20)}   goal ${goals.join(", ")}`);
  }
} finally {
  end();
}
