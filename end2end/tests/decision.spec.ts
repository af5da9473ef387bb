// What a team makes of a verdict, and how it leaves with it: accepted or overruled, issued, taken along, brought back.
import { goTo, leave, send } from "../actions";
import { expectAccessible } from "../axe";
import { taken } from "../files";
import { expect, test } from "../fixtures";

test("a verdict is accepted with owners, and its record brings the pipeline back", { tag: "@plain" }, async ({ page, open, visit }) => {
  await open("webhook-fan-out", "decide", { simulated: true });
  await expect(page.getByTestId("verdict")).toHaveText(/^Stay sequential: .* only after 2 conditions are met/);
  await page.getByLabel("Decided by").fill("Ann, Bo");
  await page.getByRole("group", { name: /^An undo for Debit account/ }).getByLabel("Who does it").fill("ledger team");
  await send(page, page.getByRole("button", { name: "Decide", exact: true }));
  await expect(page.getByTestId("decision")).toContainText("Ann, Bo accepted the verdict");

  await goTo(page, "Record");
  await expect(page.getByTestId("record-preview")).toContainText("status: accepted");
  await send(page, page.getByRole("button", { name: "Issue the record" }));
  const record = page.getByRole("listitem").filter({ hasText: /decides on version 1/ });
  const json = await taken(record.getByRole("link", { name: "JSON", exact: true }));
  const archive = JSON.parse(json.text);
  expect(archive.status).toBe("accepted");
  expect(archive.conditions[0].owner).toBe("ledger team");

  await visit("/");
  await page.getByText("Bring one along").click();
  await page.getByLabel("A file").setInputFiles({ name: json.name, mimeType: "application/json", buffer: Buffer.from(json.text) });
  await leave(page, () => page.getByRole("button", { name: "Import it" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Debit account");
});

test("overruling takes a reason", async ({ page, open }) => {
  await open("three-services", "decide", { simulated: true });
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
  await leave(page, () => page.getByRole("button", { name: "Import it" }).click());
  await expect(page.getByRole("alert")).toContainText("line 2, p50_ms: “fast” is not a number");
  await expectAccessible(page);
  await expect(page.getByLabel("Or its text"), "what was pasted is kept").toHaveValue("name,p50_ms,p99_ms\nPrice,fast,80");
  await page.getByLabel("Or its text").fill("name,p50_ms,p99_ms\nPrice,20,80\nStock,30,120");
  await leave(page, () => page.getByRole("button", { name: "Import it" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
  await expect(page.getByLabel("Name, row 2")).toHaveValue("Stock");
});
