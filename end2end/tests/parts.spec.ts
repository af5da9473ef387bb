// The page's module comes in parts: each step's part is loaded when the step is opened.
import { goTo, leave, settled } from "../actions";
import { expect, expectComplaint, test } from "../fixtures";

const PARTS = /\/pkg\/[0-9a-f]{16}\/(split|chunk)_\w+\.wasm$/;

test("a step's part is loaded when the step is opened, and once", async ({ page, open }) => {
  const loaded: string[] = [];
  page.on("request", (request) => {
    if (/\/split_\w+\.wasm$/.test(request.url())) loaded.push(request.url().replace(/.*split_(\w+)\.wasm$/, "$1"));
  });
  await open("three-services", "map", { seconds: 5 });
  expect(new Set(loaded)).toEqual(new Set(["map"]));
  await goTo(page, "Frame");
  await goTo(page, "Map");
  await goTo(page, "Frame");
  expect(new Set(loaded)).toEqual(new Set(["map", "frame"]));
  // The hint in the page's head and the page itself share one transfer, which shows as one request or two.
  expect(loaded.filter((part) => part === "frame")).toHaveLength(1);
});

test("a step that cannot be loaded says so, loses nothing, and can be tried again", async ({ page, open }) => {
  expectComplaint("ERR_FAILED");
  expectComplaint("Failed to fetch");
  await open("three-services", "map", { seconds: 5 });
  await page.route(PARTS, (route) => route.abort());
  await page.getByLabel("Name, row 1").fill("Typed before");
  await page.getByRole("navigation", { name: "Guided steps" }).getByRole("link", { name: "Decide" }).click();

  const notice = page.getByRole("alert").filter({ hasText: "Decide could not be loaded" });
  await expect(notice).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Typed before");
  await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+$/);
  await notice.getByRole("button", { name: "Try again" }).click();
  await expect(notice).toBeVisible();

  await page.unroute(PARTS);
  await notice.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Decide" })).toBeVisible();
  await expect(notice).toBeHidden();
  await goTo(page, "Map");
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Typed before");
});

test("after an update of the server the page can be loaded anew at the wanted step", async ({ page, open }) => {
  expectComplaint("404 (Not Found)");
  expectComplaint("Response has unsupported MIME type");
  expectComplaint("HTTP status code is not ok");
  await open("three-services", "map", { seconds: 5 });
  // What the server answers to the address of a part of another build.
  await page.route(PARTS, (route) => route.continue({ url: route.request().url().replace(/[0-9a-f]{16}/, "0123456789abcdef") }));
  await page.getByRole("navigation", { name: "Guided steps" }).getByRole("link", { name: "Frame" }).click();
  const notice = page.getByRole("alert").filter({ hasText: "Frame could not be loaded" });
  // The part is asked for after the click: until it was refused, what refuses it has to stay.
  await expect(notice).toBeVisible();
  await page.unroute(PARTS);
  await leave(page, () => notice.getByRole("link", { name: "Load the page anew" }).click());
  await expect(page.getByRole("heading", { level: 1, name: "Frame" })).toBeVisible();
});

test("a page whose first part cannot be loaded stays as the server sent it", async ({ page, open, forkline }) => {
  expectComplaint("ERR_FAILED");
  expectComplaint("Failed to fetch");
  expectComplaint("Forkline runs without JavaScript on this page");
  await open("three-services", "map", { seconds: 5 });
  const address = page.url();
  await page.route(PARTS, (route) => route.abort());
  await page.goto(address);
  await page.getByLabel("Name, row 1").fill("Typed without");
  const there = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame());
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await there;
  await page.unroute(PARTS);
  await page.goto(`${forkline.url}${new URL(address).pathname}`);
  await settled(page);
  await expect(page.getByLabel("Name, row 1")).toHaveValue("Typed without");
});
