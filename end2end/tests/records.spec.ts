// What becomes of a record: it goes out of date, another comes in its place, its status changes.
import type { Page } from "@playwright/test";
import { goTo, leave, save, settled } from "../actions";
import { idOf, sent } from "../api";
import { expectAccessible } from "../axe";
import { taken } from "../files";
import { expect, expectComplaint, test } from "../fixtures";

/** An issued record in the list. */
function record(page: Page, number: string) {
  return page.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3, name: new RegExp(`^${number} `) }) });
}

/** The numbers of the records that are listed, the latest first. */
async function numbers(page: Page): Promise<string[]> {
  const titles = await page.getByRole("heading", { level: 3, name: /^\d{4} / }).allInnerTexts();
  return titles.map((title) => title.slice(0, 4));
}

/** Takes a record in its first format. */
function download(page: Page, number: string) {
  return taken(record(page, number).getByRole("link", { name: new RegExp(`^${number} `) }).first());
}

test("a record goes out of date, is superseded, and both say so", async ({ page, open }) => {
  await open("three-services", "record", { seconds: 5 });
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
  await leave(page, () => page.getByRole("button", { name: /^Simulate version \d+$/ }).click());
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

  // So does the file; the other formats are tested without a browser.
  expect((await download(page, first)).text).toContain(`status: superseded by ADR-${second}`);
});

test("a change that is undone makes a record fit again", async ({ page, open }) => {
  await open("three-services", "record", { seconds: 5 });
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

test("a status changes with a reason, and not into what makes no sense", async ({ page, open, forkline }) => {
  const pipeline = await open("checkout", "record", { seconds: 5, simulated: true });
  await page.getByRole("button", { name: "Issue the record" }).click();
  await expect(page.getByRole("heading", { level: 3, name: /^\d{4} / })).toHaveCount(1);
  const [number = ""] = await numbers(page);
  const entry = record(page, number);
  const unfold = async () => {
    const isOpen = await entry.locator("details").evaluate((details) => (details as HTMLDetailsElement).open);
    if (!isOpen) await entry.locator("summary").click();
  };
  const change = () => leave(page, () => entry.getByRole("button", { name: "Change the status" }).click());
  await unfold();

  await entry.getByLabel("Because").fill("Ann & Bo agree");
  await change();
  await expect(page.getByRole("alert").getByRole("link", { name: `Choose the new status of ${number}.` })).toBeVisible();
  await expect(entry.getByLabel("Because")).toHaveValue("Ann & Bo agree");
  await expectAccessible(page);
  await entry.getByLabel("New status").selectOption("accepted");
  await change();
  await expect(entry).toContainText("Accepted. Issued on ");
  await expect(page.getByRole("alert")).toHaveCount(0);
  const accepted = await download(page, number);
  expect(accepted.text).toContain("status: accepted\n");
  expect(accepted.text).toContain("accepted. Ann &amp; Bo agree.");

  // Somebody else still has the page of before.
  await unfold();
  await expect(entry.getByLabel("New status").locator("option")).toHaveText(["Choose one", "Deprecated"]);
  const link = (await entry.getByRole("link", { name: new RegExp(`^${number} `) }).getAttribute("href")) ?? "";
  const id = link.replace("/records/", "").replace(".md", "");
  const late = { id: idOf(pipeline), record: id, seen: "0", status: "rejected", because: "too dear" };
  await sent(page, forkline.url, "records/status", late);
  await page.reload();
  await settled(page);
  await expect(page.getByRole("alert")).toContainText(`${number} is accepted now: it can become deprecated, but not rejected.`);
  await expect(entry.getByLabel("Because")).toHaveValue("too dear");
  await leave(page, () => page.getByRole("button", { name: "Discard it" }).click());
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(entry).toContainText("Accepted. Issued on ");
});

test("the list of records fits a narrow screen", async ({ page, open }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open("three-services", "record", { seconds: 5 });
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
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});
