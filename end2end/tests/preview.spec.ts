// Figures while one types: the simulation runs in a worker, refines itself, and can be stopped.
import { calm, goTo, settled } from "../actions";
import { expect, expectComplaint, test } from "../fixtures";
import { slowWorker } from "../worker";

test("figures come while one types, and are those of the server in the end", async ({ page, open }) => {
  await open("checkout", "map");
  const dock = page.getByRole("complementary", { name: "Summary" });
  await page.getByLabel("p50, row 1").fill("190");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("save-state")).toHaveText("Saved, version 2");
  await calm(page);
  await expect(dock).toContainText("computed here, seed 1");
  await expect(dock.getByRole("button", { name: "Stop" })).toHaveCount(0);
  const meter = dock.locator("svg.meter");
  const here = (await meter.getAttribute("aria-label")) ?? "";
  expect(here).toMatch(/sequential [\d,]+ ms/i);
  await goTo(page, "Prototype");
  await page.getByRole("button", { name: /^Simulate on the server/ }).click();
  await expect(dock).toContainText("kept on the server");
  // The page keeps the figures of this browser; after a reload it shows those of the server.
  await page.reload();
  await settled(page);
  await expect(dock).toContainText("kept on the server");
  await expect(meter).toHaveAttribute("aria-label", here);
});

test("a long simulation shows how far it is and can be stopped", async ({ page, open }) => {
  await slowWorker(page);
  await open("three-services", "map");
  const dock = page.getByRole("complementary", { name: "Summary" });
  await page.getByLabel("p50, row 1").fill("210");
  await page.keyboard.press("Tab");
  await expect(dock).toContainText(/simulating, \d+ %/);
  await dock.getByRole("button", { name: "Stop" }).click();
  await expect(dock.getByRole("button", { name: "Stop" })).toHaveCount(0);
  await expect(dock).not.toContainText("simulating");
});

test("the newest document wins, however fast one types", async ({ page, open }) => {
  await open("three-services", "map");
  const dock = page.getByRole("complementary", { name: "Summary" });
  const cell = page.getByLabel("p99, row 1");
  for (const p99 of ["900", "1000", "5000"]) {
    await cell.fill(p99);
    await page.keyboard.press("Tab");
    await cell.focus();
  }
  await calm(page);
  // With a leg of 5 s in a hundred the chain misses its 2 s by far.
  await expect(dock).not.toContainText("stay sequential");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await calm(page);
  await expect(dock).toContainText("So far: stay sequential");
});

// The engine is fetched again by itself, the worker's script when figures are needed next.
for (const what of [/\/simulator_bg\.wasm$/, /\/worker\.js$/]) {
  test(`figures come although ${what} could not be loaded at first`, async ({ page, open }) => {
    expectComplaint("ERR_FAILED");
    let tries = 0;
    await page.route(what, (route) => ((tries += 1) === 1 ? route.abort() : route.continue()));
    await open("three-services", "map", { seconds: 5 });
    await expect.poll(() => tries).toBeGreaterThan(0);
    const dock = page.getByRole("complementary", { name: "Summary" });
    // An edit before the page has heard that its worker does not start would be asked of that one.
    if (what.source.includes("worker")) await expect(dock).toContainText("not simulated yet");
    await page.getByLabel("p50, row 1").fill("190");
    await page.keyboard.press("Tab");
    await expect(dock).toContainText("computed here");
    expect(tries).toBeGreaterThan(1);
  });
}
