// Parts of a page that are drawn anew while somebody reads them stay as they were: focused, opened, scrolled, selected, typed.
import type { Locator, Page } from "@playwright/test";
import { calm, goTo } from "../actions";
import { expect, test } from "../fixtures";
import { slowWorker } from "../worker";

// Where tables and diagrams are wider than the window, and scroll inside themselves.
test.use({ viewport: { width: 320, height: 800 } });

/** Counts how often the text of a region changes from now on. */
async function redraws(region: Locator): Promise<() => Promise<number>> {
  const seen = await region.evaluateHandle((element) => {
    const count = { times: 0 };
    // It is called once for all changes of one redraw.
    const observer = new MutationObserver(() => (count.times += 1));
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    return count;
  });
  return async () => (await seen.jsonValue()).times;
}

/** Waits for two more redraws: the second one starts from the result of the first. */
async function twice(region: Locator): Promise<void> {
  const times = await redraws(region);
  await expect.poll(times).toBeGreaterThanOrEqual(2);
}

async function scrollSideways(region: Locator): Promise<void> {
  await region.evaluate((element) => (element.scrollLeft = 40));
  await expect(region).toHaveJSProperty("scrollLeft", 40);
}

/** Selects the text of an element. */
async function select(element: Locator): Promise<void> {
  await element.evaluate((element) => getSelection()?.selectAllChildren(element));
}

function selection(page: Page): Promise<string> {
  return page.evaluate(() => `${getSelection()}`);
}

test("figures that are refined leave alone what somebody reads", async ({ page, open }) => {
  await slowWorker(page);
  await open("checkout", "prototype", { seconds: 10 });
  const results = page.locator("main .results").first();
  const table = results.getByRole("region").first();
  await expect(table).toBeVisible();
  const before = await results.innerText();

  const sequential = page.getByRole("checkbox", { name: "Sequential", exact: true });
  await sequential.uncheck();
  const details = results.locator("details").filter({ hasText: "The same as a table" }).first();
  await details.locator("summary").click();
  await scrollSideways(table);
  await table.focus();
  const caption = results.locator("figcaption").filter({ hasText: "Percentiles with 95 % intervals" });
  await select(caption);
  await twice(results);
  expect(await results.innerText()).not.toBe(before);
  await expect(table).toBeFocused();
  await expect(table).toHaveJSProperty("scrollLeft", 40);
  await expect(details).toHaveJSProperty("open", true);
  expect(await selection(page)).toBe("Percentiles with 95 % intervals");
  await expect(sequential).not.toBeChecked();
  await expect(table.getByRole("row", { name: /Sequential(?! detached)/ })).toBeHidden();

  const point = results.locator("g.point:visible").first();
  await point.focus();
  await twice(results);
  await expect(point).toBeFocused();
});

test("a sketch that follows every key leaves alone what somebody reads", async ({ page, open }) => {
  await open("checkout", "map", { seconds: 5 });
  const sketch = page.locator("main .results");
  await calm(page);
  const details = sketch.locator("details").filter({ hasText: "The same as a table" });
  await details.locator("summary").click();
  const diagram = sketch.getByRole("region", { name: "Diagram of the steps" });
  await scrollSideways(diagram);

  const times = await redraws(sketch);
  const name = page.getByLabel("Name, row 1");
  await name.focus();
  await page.keyboard.press("End");
  for (const typed of ["Authorise payment!", "Authorise payment!!"]) {
    await page.keyboard.type("!");
    await expect(details).toContainText(typed);
  }
  expect(await times()).toBeGreaterThanOrEqual(2);
  await expect(name).toBeFocused();
  await expect(details).toHaveJSProperty("open", true);
  await expect(diagram).toHaveJSProperty("scrollLeft", 40);
});

test("what is typed about a record stays when the list is refreshed", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByLabel("p99, row 1").fill("900");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
  await goTo(page, "Record");
  await page.getByRole("button", { name: "Issue the record" }).click();
  const record = page.locator(".issued").getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3 }) });
  await expect(record).toHaveCount(1);
  const details = record.locator("details");
  await details.locator("summary").click();
  await record.getByLabel("New status").selectOption("accepted");
  const because = record.getByLabel("Because");
  await because.fill("agreed on Mon");

  // Undo changes the pipeline, and so refreshes the list. It is not clicked, because a click would take the focus.
  for (const [name, outOfDate] of [["Undo", true], ["Redo", false]] as const) {
    await page.getByRole("button", { name }).dispatchEvent("click");
    const age = expect(record.getByText("Out of date"));
    await (outOfDate ? age.toBeVisible() : age.toBeHidden());
    await expect(details).toHaveJSProperty("open", true);
    await expect(because).toHaveValue("agreed on Mon");
    await expect(record.getByLabel("New status")).toHaveValue("accepted");
    await expect(because).toBeFocused();
  }
});

test("what is typed of a decision stays when the figures are made anew", async ({ page, open }) => {
  await open("three-services", "decide", { seconds: 5, simulated: true });
  const dock = page.getByRole("complementary", { name: "Summary" });
  await expect(dock).toContainText("kept on the server");
  await page.getByLabel("Decision", { exact: true }).selectOption({ label: "Overrule it: parallel" });
  await page.getByLabel("Because", { exact: true }).fill("the slow step goes away in May");
  await page.getByLabel("Decided by").fill("Ann");
  const stays = async () => {
    await expect(page.getByLabel("Decision", { exact: true }).locator("option:checked")).toHaveText("Overrule it: parallel");
    await expect(page.getByLabel("Because", { exact: true })).toHaveValue("the slow step goes away in May");
    await expect(page.getByLabel("Decided by")).toHaveValue("Ann");
  };

  // These steps write nothing, so the verdict stays as it was.
  await page.getByText("Thresholds of the rules").click();
  await page.getByLabel("Failures need a saga").fill("3 %");
  await page.keyboard.press("Tab");
  await expect(dock).toContainText("computed here");
  await stays();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(dock).toContainText("kept on the server");
  await stays();
});
