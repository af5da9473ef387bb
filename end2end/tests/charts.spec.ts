// Charts: taken along as files, and drawn for the topologies that somebody wants to see.
import type { Locator, Page } from "@playwright/test";
import { calm, scripted } from "../actions";
import { expectAccessible } from "../axe";
import { taken } from "../files";
import { expect, test } from "../fixtures";

function figure(page: Page, caption: string | RegExp): Locator {
  return page.getByRole("figure").filter({ hasText: caption });
}

test("a chart is a picture and a table of its own", async ({ page, open, context }) => {
  await open("checkout", "prototype", { simulated: true });
  await expect(page.getByRole("row", { name: "First leg" }).first()).toBeVisible();
  const percentiles = figure(page, "Percentiles with 95 % intervals");
  const svg = await taken(percentiles.getByRole("link", { name: /^SVG/ }));
  expect(svg.name).toMatch(/^checkout(-\d+)?-percentiles-v1\.svg$/);
  expect(svg.text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg.text).toContain("<title id=\"percentiles-wide-title\">Percentiles with 95 % intervals</title>");
  expect(svg.text).toContain(".point:focus");
  const csv = await taken(percentiles.getByRole("link", { name: /^CSV/ }));
  expect(csv.name).toMatch(/^checkout(-\d+)?-percentiles-v1\.csv$/);
  const lines = csv.text.split("\r\n");
  expect(lines[0]).toMatch(/^"Topology","p50 \[ms\]","p50, low \[ms\]","p50, high \[ms\]",/);
  expect(lines[1]).toMatch(/^"Sequential",\d+,\d+,\d+,/);
  expect(lines).toHaveLength(7);

  // A file that a browser opens by itself: no page is around it that could lend it a style.
  const alone = await context.newPage();
  await alone.goto(`data:image/svg+xml;base64,${Buffer.from(svg.text).toString("base64")}`);
  await expect(alone.getByRole("img").first()).toBeVisible();
  expect(await alone.evaluate(() => document.querySelector("parsererror"))).toBeNull();
  await alone.close();
});

test("the server gives the same table as the browser", async ({ page, open, forkline }) => {
  await open("three-services", "prototype");
  await calm(page);
  // The figures of the server do not replace those of this browser on the page.
  await page.getByRole("button", { name: /^Simulate on the server/ }).click();
  await expect(page.getByRole("complementary", { name: "Summary" })).toContainText("kept on the server");
  for (const caption of [/^Share of requests answered/, "Outcomes of requests", "One request, sequential"]) {
    const link = figure(page, caption).first().getByRole("link", { name: /^CSV/ });
    const { text: shown } = await taken(link);
    const href = await link.evaluate((anchor) => (anchor as HTMLAnchorElement).href);
    expect(await (await page.request.get(href)).text()).toBe(shown);
    expect(href.startsWith(forkline.url)).toBe(true);
  }
});

test("topologies are chosen, in charts, tables and files", { tag: "@plain" }, async ({ page, open }) => {
  await open("checkout", "prototype", { simulated: true });
  const choice = page.getByRole("group", { name: "Topologies in charts and tables" });
  await expect(choice.getByRole("checkbox")).toHaveCount(5);
  const latency = figure(page, /^Share of requests answered/).first();
  const curve = (topology: string) => latency.locator(`.wide polyline.line.${topology}`);
  const row = (name: string | RegExp) =>
    page.getByRole("table", { name: "Outcomes of requests" }).getByRole("row", { name });
  const sequential = /Sequential(?! detached)/;
  await expect(curve("seq")).toBeVisible();
  await choice.getByRole("checkbox", { name: "Sequential", exact: true }).uncheck();
  await expect(curve("seq")).toBeHidden();
  await expect(row(sequential)).toBeHidden();
  await expect(row("Sequential detached")).toBeVisible();
  await expect(row("First leg")).toBeVisible();
  await expect(page.getByRole("figure", { name: "One request, sequential", exact: true })).toBeHidden();
  // Parallel and staged arrange these steps alike: their line is there as long as one of them is wanted.
  await choice.getByRole("checkbox", { name: "Parallel" }).uncheck();
  await expect(row("Parallel")).toBeHidden();
  await expect(curve("par")).toBeVisible();
  await choice.getByRole("checkbox", { name: "Staged" }).uncheck();
  await expect(curve("par")).toBeHidden();
  await expect(curve("leg")).toBeVisible();
  await expectAccessible(page);
  if (scripted()) {
    const { text: svg } = await taken(latency.getByRole("link", { name: /^SVG/ }));
    expect(svg).toContain("line leg");
    expect(svg).not.toContain("line seq");
  }
});
