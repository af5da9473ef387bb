// What a team makes of a verdict, and how it leaves with it: accepted or overruled, issued, in every format, brought back.
import { expect, expectAccessible, goTo, openExample, simulate, test } from "../fixtures";

test("a verdict is accepted with owners, and the record says so in every format", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Checkout");
  await simulate(page);
  await goTo(page, "Decide");
  await expectAccessible(page);
  await page.getByLabel("Decided by").fill("Ann, Bo");
  await page.getByRole("group", { name: /^A saga orchestrator/ }).getByLabel("Who does it").fill("checkout team");
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  await expect(page.getByTestId("decision")).toContainText("Ann, Bo accepted the verdict");

  await goTo(page, "Record");
  await expect(page.getByTestId("record-preview")).toContainText("status: accepted");
  await page.getByRole("button", { name: "Issue the record" }).click();
  const record = page.getByRole("listitem").filter({ hasText: /decides on version 1/ });
  const read = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      record.getByRole("link", { name, exact: true }).click(),
    ]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString("utf8") };
  };
  const nygard = await read("Nygard");
  expect(nygard.name).toMatch(/^\d{4}-checkout-.*\.md$/);
  expect(nygard.text).toContain("## Status");
  const html = await read("HTML");
  expect(html.text).toContain("<svg");
  expect(html.text).not.toContain("<script");
  expect((await read("CSV: options")).text).toContain("p99_ms");
  const json = await read("JSON");
  const archive = JSON.parse(json.text);
  expect(archive.status).toBe("accepted");
  expect(archive.conditions[0].owner).toBe("checkout team");

  // Whoever has the record has the pipeline.
  await visit("/");
  await page.getByText("Bring one along").click();
  await page.getByLabel("A file").setInputFiles({ name: json.name, mimeType: "application/json", buffer: Buffer.from(json.text) });
  await page.getByRole("button", { name: "Import it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Authorise payment");
});

test("overruling takes a reason, and a later change asks to look again", async ({ page, visit }) => {
  await visit("/");
  await openExample(page, "Three services");
  await simulate(page);
  await goTo(page, "Decide");
  await page.getByLabel("Decision", { exact: true }).selectOption({ label: "Overrule it: parallel" });
  await page.getByLabel("Decided by").fill("Ann");
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  await expect(page.getByRole("alert").getByRole("link", { name: /overruling a verdict takes a reason/ })).toBeVisible();
  await expect(page.getByLabel("Decided by")).toHaveValue("Ann");
  await expectAccessible(page);
  await page.getByLabel("Because", { exact: true }).fill("the slow step goes away in May");
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  await expect(page.getByTestId("decision")).toContainText("overruled the verdict: parallel, because the slow step goes away in May");
});

test("a table of steps is imported, and a bad one is refused with its line", async ({ page, visit }) => {
  await visit("/");
  await page.getByText("Bring one along").click();
  await page.getByLabel("Or its text").fill("name,p50_ms,p99_ms\nPrice,fast,80");
  await page.getByRole("button", { name: "Import it" }).click();
  await expect(page.getByRole("alert")).toContainText("line 2, p50_ms: “fast” is not a number");
  await expectAccessible(page);
  await expect(page.getByLabel("Or its text"), "what was pasted is kept").toHaveValue("name,p50_ms,p99_ms\nPrice,fast,80");
  await page.getByLabel("Or its text").fill("name,p50_ms,p99_ms\nPrice,20,80\nStock,30,120");
  await page.getByRole("button", { name: "Import it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
  await expect(page.getByLabel("Name, row 2")).toHaveValue("Stock");
});
