// Charts: taken along as files, and drawn for the topologies that somebody wants to see.
import type { Download, Locator, Page } from "@playwright/test";
import { expect, expectAccessible, openExample, scripted, simulate, test } from "../fixtures";

function figure(page: Page, caption: string | RegExp): Locator {
  return page.getByRole("figure").filter({ hasText: caption });
}

async function text(download: Download): Promise<string> {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function take(page: Page, link: Locator): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: download.suggestedFilename(), text: await text(download) };
}

test("a chart is a picture and a table of its own", async ({ page, visit, context }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await simulate(page);
  // The first replications come without the first leg, whose fork is still looked for.
  await expect(page.getByRole("row", { name: "First leg" }).first()).toBeVisible({ timeout: 30_000 });
  const percentiles = figure(page, "Percentiles with 95 % intervals");
  const svg = await take(page, percentiles.getByRole("link", { name: /^SVG/ }));
  expect(svg.name).toMatch(/^checkout(-\d+)?-percentiles-v1\.svg$/);
  expect(svg.text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg.text).toContain("<title id=\"percentiles-wide-title\">Percentiles with 95 % intervals</title>");
  expect(svg.text).toContain(".point:focus");
  const csv = await take(page, percentiles.getByRole("link", { name: /^CSV/ }));
  expect(csv.name).toMatch(/^checkout(-\d+)?-percentiles-v1\.csv$/);
  const lines = csv.text.split("\r\n");
  expect(lines[0]).toMatch(/^"Topology","p50 \[ms\]","p50, low \[ms\]","p50, high \[ms\]",/);
  expect(lines[1]).toMatch(/^"Sequential",\d+,\d+,\d+,/);
  expect(lines).toHaveLength(6);

  // A file that a browser opens by itself: no page is around it that could lend it a style.
  if (!scripted()) return;
  const alone = await context.newPage();
  await alone.goto(`data:image/svg+xml;base64,${Buffer.from(svg.text).toString("base64")}`);
  await expect(alone.getByRole("img").first()).toBeVisible();
  expect(await alone.evaluate(() => document.querySelector("parsererror"))).toBeNull();
  await alone.close();
});

test("the server gives the same table as the browser", async ({ page, visit, forkline }) => {
  test.skip(!scripted(), "without scripts there is only the server's");
  await visit("/");
  await openExample(page, "Three services");
  await simulate(page);
  // The preview ends with what the server makes of the same document.
  await page.getByRole("button", { name: /^Simulate on the server/ }).click();
  await expect(page.getByRole("button", { name: /^Simulate on the server/ })).toHaveCount(0);
  for (const caption of [/^Share of requests answered/, "Outcomes of requests", "One request, sequential"]) {
    const link = figure(page, caption).first().getByRole("link", { name: /^CSV/ });
    const { text: shown } = await take(page, link);
    const href = await link.evaluate((anchor) => (anchor as HTMLAnchorElement).href);
    expect(await (await page.request.get(href)).text()).toBe(shown);
    expect(href.startsWith(forkline.url)).toBe(true);
  }
});

test("topologies are chosen, in charts, tables and files", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await simulate(page);
  const choice = page.getByRole("group", { name: "Topologies in charts and tables" });
  await expect(choice.getByRole("checkbox")).toHaveCount(4);
  const latency = figure(page, /^Share of requests answered/).first();
  const curve = (topology: string) => latency.locator(`.wide polyline.line.${topology}`);
  const row = (name: string) => page.getByRole("table", { name: "Outcomes of requests" }).getByRole("row", { name });
  await expect(curve("seq")).toBeVisible();
  await choice.getByRole("checkbox", { name: "Sequential" }).uncheck();
  await expect(curve("seq")).toBeHidden();
  await expect(row("Sequential")).toBeHidden();
  await expect(row("First leg")).toBeVisible();
  await expect(figure(page, "One request, sequential")).toBeHidden();
  // Parallel and staged arrange these steps alike: their line is there as long as one of them is wanted.
  await choice.getByRole("checkbox", { name: "Parallel" }).uncheck();
  await expect(row("Parallel")).toBeHidden();
  await expect(curve("par")).toBeVisible();
  await choice.getByRole("checkbox", { name: "Staged" }).uncheck();
  await expect(curve("par")).toBeHidden();
  await expect(curve("leg")).toBeVisible();
  await expectAccessible(page);
  if (scripted()) {
    const { text: svg } = await take(page, latency.getByRole("link", { name: /^SVG/ }));
    expect(svg).toContain("line leg");
    expect(svg).not.toContain("line seq");
  }
});

test("a chart of an experiment is a file too", async ({ page, visit }) => {
  test.setTimeout(150_000);
  await visit("/");
  await openExample(page, "Three services");
  await simulate(page);
  await page.getByRole("button", { name: "Run load sweep" }).click({ timeout: 60_000 });
  const sweep = page.getByRole("region", { name: "load sweep" }).getByRole("figure");
  await expect(sweep).toBeVisible({ timeout: 90_000 });
  const csv = await take(page, sweep.getByRole("link", { name: /^CSV/ }));
  expect(csv.name).toMatch(/^three-services(-\d+)?-load-v1\.csv$/);
  expect(csv.text.split("\r\n").length).toBeGreaterThan(10);
});
