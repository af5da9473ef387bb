// What becomes of a record: it goes out of date, another comes in its place, its status changes.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, expectComplaint, goTo, openExample, save, scripted, simulate, test } from "../fixtures";

/** An issued record in the list. */
function record(page: Page, number: string) {
  return page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3, name: new RegExp(`^${number} `) }) });
}

/** The numbers of the records that are listed, the latest first. */
async function numbers(page: Page): Promise<string[]> {
  const titles = await page.getByRole("heading", { level: 3, name: /^\d{4} / }).allInnerTexts();
  return titles.map((title) => title.slice(0, 4));
}

async function download(page: Page, number: string, name: string | RegExp) {
  const link = record(page, number).getByRole("link", typeof name === "string" ? { name, exact: true } : { name });
  const [download] = await Promise.all([page.waitForEvent("download"), link.first().click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString("utf8") };
}

test("a record goes out of date, is superseded, and both say so", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Record");
  await expect(page.getByText("No record of this pipeline has been issued yet.")).toBeVisible();
  await expect(page.getByLabel("Takes the place of")).toHaveCount(0);
  await page.getByRole("button", { name: "Issue the record" }).click();
  const title = page.getByRole("heading", { level: 3, name: /^\d{4} Three services.*: stay sequential$/ });
  await expect(title).toHaveCount(1);
  const [first = ""] = await numbers(page);
  await expect(record(page, first)).toContainText("Proposed. Issued on ");
  await expect(record(page, first)).not.toContainText("Out of date");
  await expectAccessible(page);

  // The model changes; which figure moved is known once there are figures.
  await goTo(page, "Map");
  await page.getByLabel("p99, row 1").fill("2600");
  await save(page);
  await goTo(page, "Record");
  await expect(record(page, first)).toContainText("Out of date: the pipeline has changed since.");
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Simulate version \d+$/ }).click();
  await expect(record(page, first)).toContainText(/Moved most: \w+ p99: [\d,]+\sms then, [\d,]+\sms now\./);

  // A new record takes the place of the older one, once that is chosen.
  const places = page.getByLabel("Takes the place of");
  await expect(places.locator("option:checked")).toHaveText("None");
  await places.selectOption({ index: 1 });
  await expect(places.locator("option:checked")).toHaveText(new RegExp(`^${first} .*\\(proposed\\)$`));
  await page.getByRole("button", { name: "Issue the record" }).click();
  await expect(page.getByRole("heading", { level: 3, name: /^\d{4} / })).toHaveCount(2);
  const [second = ""] = await numbers(page);
  await expect(record(page, first)).toContainText(`Superseded by ${second} `);
  await expect(record(page, second)).toContainText(`It took the place of ${first} `);
  await expect(record(page, second)).not.toContainText("Out of date");
  await expectAccessible(page);

  for (const [format, status] of [
    [new RegExp(`^${first} |^${second} `), `status: superseded by ADR-${second}`],
    ["Nygard", "## Status\n\nSuperseded\n"],
    ["HTML", `<dd>superseded by ADR-${second}</dd>`],
  ] as const) {
    const [older, newer] = [await download(page, first, format), await download(page, second, format)];
    expect(older.text).toContain(status);
    expect(older.text).toContain(newer.name);
    expect(newer.text).toContain(older.name);
    expect(newer.text.toLowerCase()).toContain("proposed");
  }
  const issued = await download(page, first, "as it was issued");
  expect(issued.text).toContain("status: proposed\n");
  expect(issued.text).not.toContain(second);
  expect(JSON.parse((await download(page, first, "JSON")).text).superseded_by.number).toBe(Number(second));
});

test("a change that is undone makes a record fit again", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Record");
  await page.getByRole("button", { name: "Issue the record" }).click();
  await expect(page.getByRole("heading", { level: 3, name: /^\d{4} / })).toHaveCount(1);
  const [number = ""] = await numbers(page);
  for (const [figure, outOfDate] of [["2600 ms", true], ["800 ms", false]] as const) {
    await goTo(page, "Map");
    await page.getByLabel("p99, row 1").fill(figure);
    await save(page);
    await goTo(page, "Record");
    const sentence = expect(record(page, number).getByText("Out of date"));
    await (outOfDate ? sentence.toBeVisible() : sentence.toHaveCount(0));
  }
});

test("a status changes with a reason, and not into what makes no sense", async ({ page, visit, forkline }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await simulate(page);
  await goTo(page, "Record");
  await page.getByRole("button", { name: "Issue the record" }).click();
  await expect(page.getByRole("heading", { level: 3, name: /^\d{4} / })).toHaveCount(1);
  const [number = ""] = await numbers(page);
  const entry = record(page, number);
  const open = async () => {
    if (!(await entry.getByLabel("New status").isVisible())) await entry.locator("summary").click();
  };
  await open();
  await expectAccessible(page);

  await entry.getByLabel("Because").fill("Ann & Bo agree");
  await entry.getByRole("button", { name: "Change the status" }).click();
  await expect(page.getByRole("alert").getByRole("link", { name: `Choose the new status of ${number}.` })).toBeVisible();
  await expect(entry.getByLabel("Because")).toHaveValue("Ann & Bo agree");
  await expectAccessible(page);
  await entry.getByLabel("New status").selectOption("accepted");
  await entry.getByRole("button", { name: "Change the status" }).click();
  await expect(entry).toContainText("Accepted. Issued on ");
  await expect(page.getByRole("alert")).toHaveCount(0);
  const accepted = await download(page, number, new RegExp(`^${number} `));
  expect(accepted.text).toContain("status: accepted\n");
  expect(accepted.text).toContain("accepted. Ann &amp; Bo agree.");

  // Somebody else still has the page of before.
  await open();
  await expect(entry.getByLabel("New status").locator("option")).toHaveText(["Choose one", "Deprecated"]);
  const pipeline = new URL(page.url()).pathname.split("/")[2] ?? "";
  const link = (await entry.getByRole("link", { name: new RegExp(`^${number} `) }).getAttribute("href")) ?? "";
  const id = link.replace("/records/", "").replace(".md", "");
  const late = await page.request.post(`${forkline.url}/api/records/status`, {
    form: { id: pipeline, record: id, seen: "0", status: "rejected", because: "too dear" },
    maxRedirects: 0,
  });
  expect(late.status()).toBeLessThan(400);
  await page.reload();
  await expect(page.getByRole("alert")).toContainText(`${number} is accepted now: it can become deprecated, but not rejected.`);
  await expect(entry.getByLabel("Because")).toHaveValue("too dear");
  await page.getByRole("button", { name: "Discard it" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(entry).toContainText("Accepted. Issued on ");
});

test("the list of records fits a narrow screen", async ({ page, visit }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await visit("/");
  await openExample(page, "Three services");
  await goTo(page, "Record");
  const issue = page.getByRole("button", { name: "Issue the record" });
  const issued = page.getByRole("heading", { level: 3, name: /^\d{4} / });
  await issue.click();
  await expect(issued).toHaveCount(1);
  // The same once more says nothing new; in the place of the first it does.
  expectComplaint("422");
  await issue.click();
  await expect(page.getByRole("alert")).toContainText("says exactly this already");
  await expect(issued).toHaveCount(1);
  await page.getByLabel("Takes the place of").selectOption({ index: 1 });
  await issue.click();
  await expect(issued).toHaveCount(2);
  await page.locator(".issued summary").first().click();
  if (scripted()) expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});
