// Map, Classify and Budget: what is drawn and said of the steps before anything is simulated, and figures that were measured.
import { calm, leave, save, tried } from "../actions";
import { begun } from "../api";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

const narrow = { width: 390, height: 844 };

test("the steps are drawn as they are typed", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  const diagram = page.getByRole("region", { name: "Diagram of the steps" });
  await expect(diagram.getByText("Load customer", { exact: true }).first()).toBeVisible();
  const name = page.getByLabel("Name, row 1");
  // The worker is started by the first focus; from then on every key is drawn.
  await name.focus();
  await name.fill("Load client");
  await expect(diagram.getByText("Load client", { exact: true }).first()).toBeVisible();
  // Nobody has left the cell yet, and so nothing has been saved.
  await expect(name).toBeFocused();
  await name.fill("Load buyer");
  await page.getByLabel("Kind, dependency 1").selectOption("strict");
  await save(page);
  // The worker answers in order: the sketch of the last change comes before its figures.
  await calm(page);
  await expect(diagram.getByText("Load buyer", { exact: true }).first()).toBeVisible();
  await page.getByText("The same as a table").click();
  const drawn = page.getByRole("row", { name: /^Price basket/ }).filter({ hasNot: page.getByRole("combobox") });
  await expect(drawn.last()).toContainText("Load buyer");
  await expectAccessible(page);
});

test("while a row makes no sense the last diagram stays and says so", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByLabel("p99, row 1").fill("slow");
  await tried(page);
  await expect(page.getByText("The diagram shows the steps as they last made sense")).toBeVisible();
  const diagram = page.getByRole("region", { name: "Diagram of the steps" });
  await expect(diagram.getByText("Load customer", { exact: true }).first()).toBeVisible();
  await page.getByLabel("p99, row 1").fill("900");
  await save(page);
  await expect(page.getByText("The diagram shows the steps as they last made sense")).toHaveCount(0);
});

test("what maps forget is asked for, and added by one button", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  const forgotten = page.getByRole("region", { name: "What maps forget" });
  await expect(forgotten).toContainText("Not listed yet: logs.");
  await forgotten.getByRole("button", { name: "Add a step: Write the log" }).click();
  const row = page.getByLabel("Name, row 4");
  await expect(row).toHaveValue("Write the log");
  await expect(row).toBeFocused();
  await expect(page.getByLabel("p99, row 4")).toHaveValue("unknown");
  await expect(forgotten).toContainText("Listed: logs (Write the log).");
  await expect(forgotten.getByRole("button", { name: /Write the log/ })).toHaveCount(0);
  await page.setViewportSize(narrow);
  await expect(page.getByRole("region", { name: "Diagram of the steps" })).toContainText(/log, nobody/);
  await expectAccessible(page);
});

test("today's order is written down by one button, and is no reason for a strict one", async ({ page, visit, forkline }) => {
  await visit(`${await begun(page, forkline.url, "Order intake")}/map`);
  for (const [index, name] of ["Authenticate", "Price", "Capture"].entries()) {
    await page.getByLabel(`Name, row ${index + 1}`).fill(name);
    await page.getByLabel(`p50, row ${index + 1}`).fill("40");
    await page.getByLabel(`p99, row ${index + 1}`).fill("200");
  }
  await page.getByLabel("Effect, row 3").selectOption("write");
  await save(page);
  // The kind of the step is guessed from its name.
  await expect(page.getByRole("region", { name: "What maps forget" })).toContainText("Listed: auth calls (Authenticate)");
  const order = page.getByRole("button", { name: "Add today’s order" });
  await order.click();
  await expect(page.getByLabel("First, dependency 2")).toHaveValue("Price");
  await expect(page.getByLabel("Then, dependency 2")).toHaveValue("Capture");
  await expect(page.getByLabel("Kind, dependency 2")).toHaveValue("loose");
  await expect(order).toBeDisabled();
  await expect(page.getByLabel("Because, dependency 2")).toHaveValue("today's order");
  const early = page.getByText("Nothing strict makes Capture wait for Authenticate");
  await expect(early).toBeVisible();
  for (const dependency of [1, 2]) await page.getByLabel(`Kind, dependency ${dependency}`).selectOption("strict");
  await save(page);
  await expect(early).toHaveCount(0);
  // That it is so today is no reason why it has to be.
  await expect(page.getByText("Still without a reason: Authenticate, then Price; Price, then Capture")).toBeVisible();
  await expectAccessible(page);
});

test("a dependency without a reason is missing, and leads to where it is given", async ({ page, open }) => {
  await open("three-services", "map", { seconds: 5 });
  await page.getByLabel("Because, dependency 1").fill("");
  await save(page);
  const steps = page.getByRole("navigation", { name: "Guided steps" });
  await expect(steps.getByRole("link", { name: /Map/ })).toContainText("a reason for one dependency");
  await page.getByRole("link", { name: "Load customer, then Price basket" }).click();
  await page.getByLabel("Because, dependency 1").fill("it needs the price group");
  await save(page);
  await expect(steps.getByRole("link", { name: /Map/ })).toContainText("Completed");
});

test("a class that does not seem to fit is looked at twice, beside its step", async ({ page, open }) => {
  await open("checkout", "classify", { seconds: 5 });
  const capture = page.getByRole("row", { name: /^Capture payment/ });
  const disappears = page.getByLabel("Can it disappear, Capture payment");
  await disappears.selectOption("fire_and_forget");
  await save(page);
  await expect(capture).toContainText("A second look: Capture payment looks like a linchpin");
  await expectAccessible(page);
  await disappears.selectOption("critical");
  await save(page);
  await expect(capture).not.toContainText("A second look");
});

test("measured percentiles are taken over, with where they were measured", async ({ page, open }) => {
  await open("three-services", "budget", { seconds: 5 });
  const steps = page.getByRole("navigation", { name: "Guided steps" });
  await expect(steps.getByRole("link", { name: /Budget/ })).toContainText("errors of Load customer");
  await page.getByText("Bring measured percentiles").click();
  const table = "step;p50;p90;p99 (ms)\nLoad customer;180,5;400;900\nNo such step;1;2;3\n</textarea>;fast;2;3\n";
  await page.getByLabel("Or its text").fill(table);
  await page.getByLabel("Where they were measured").fill("production, 1.2 M calls");
  await leave(page, () => page.getByRole("button", { name: "Take them over" }).click());
  const wrong = page.getByRole("alert");
  await expect(wrong).toContainText("line 3, step: “No such step” is no step of this pipeline; its steps are Load customer,");
  await expect(page.getByLabel("Or its text")).toHaveValue(table.trimEnd() + "\n");
  const time = page.getByLabel("Service time, Load customer");
  await expect(time).toHaveValue("p50 200 ms, p99 800 ms");
  await expectAccessible(page);

  await page.getByLabel("Or its text").fill(table.split("\n").slice(0, 2).join("\n"));
  await leave(page, () => page.getByRole("button", { name: "Take them over" }).click());
  await expect(time).toHaveValue("p50 180.5 ms, p90 400 ms, p99 900 ms");
  await expect(page.getByLabel("Measured, Load customer")).toHaveValue("production, 1.2 M calls");
  await expect(page.getByLabel("Measured, Price basket")).toHaveValue("");
  await expect(wrong).toHaveCount(0);

  await page.getByLabel("Errors, Load customer", { exact: true }).fill("0.2");
  await page.getByLabel("Errors, Price basket", { exact: true }).fill("unknown");
  await page.getByLabel("Errors, Find delivery slot", { exact: true }).fill("unknown");
  await save(page);
  await expect(steps.getByRole("link", { name: /Budget/ })).toContainText("Completed");
});

test("a file of measured percentiles is taken over", { tag: "@plain-only" }, async ({ page, open }) => {
  await open("three-services", "budget");
  await page.getByText("Bring measured percentiles").click();
  const buffer = Buffer.from("name\tmedian\tp99_s\nPrice basket\t0,2 s\t1.5\n");
  await page.getByLabel("A file").setInputFiles({ name: "latency.tsv", mimeType: "text/tab-separated-values", buffer });
  await page.getByLabel("Where they were measured").fill("staging");
  await leave(page, () => page.getByRole("button", { name: "Take them over" }).click());
  await expect(page.getByLabel("Service time, Price basket")).toHaveValue("p50 200 ms, p99 1500 ms");
  await expect(page.getByLabel("Measured, Price basket")).toHaveValue("staging");
});
