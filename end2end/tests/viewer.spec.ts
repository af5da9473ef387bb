// Somebody who may see a pipeline and not change it is offered nothing that would be refused.
import { randomUUID } from "node:crypto";
import { leave, settled } from "../actions";
import { founded, idOf, invited, PASSWORD, saved, sent, signUp } from "../api";
import { expectAccessible } from "../axe";
import { expect, test } from "../fixtures";

const STEPS = ["frame", "map", "classify", "budget", "maturity", "prototype", "arrange", "what-if", "decide", "record"];
/** Pages on which something may scroll inside itself, and so has to take the focus. */
const SCROLLING = ["map", "classify", "budget", "prototype", "arrange"];

test("a viewer reads, simulates and comments, and finds no field to change", async ({ page, browser, forkline, open, visit }) => {
  const { url } = forkline;
  const mark = randomUUID().slice(0, 8);
  const mate = `Vi ${mark}`;
  await signUp(page, url, `Ann ${mark}`, `ann.${mark}@example.org`);
  const team = await founded(page, url, "Readers");
  const invitation = await invited(page, url, team, `vi.${mark}@example.org`, "viewer");
  const pipeline = await open("checkout", "place", { simulated: true });
  await sent(page, url, "pipeline/move", { id: idOf(pipeline), team: team.split("/")[2] ?? "" });

  const viewer = await (await browser.newContext()).newPage();
  await viewer.goto(invitation);
  await viewer.getByLabel("Your name").fill(mate);
  await viewer.getByLabel("Password").fill(PASSWORD);
  await leave(viewer, () => viewer.getByRole("button", { name: "Make the account" }).click());
  await expect(viewer.getByRole("link", { name: mate, exact: true })).toBeVisible();
  for (const step of STEPS) {
    await viewer.goto(`${url}${pipeline}/${step}`);
    await settled(viewer);
    await expect(viewer.getByText("You may see this and comment, not change it.")).toBeVisible();
    await expect(viewer.getByRole("link", { name: "Share", exact: true })).toHaveCount(0);
    const offered = viewer.locator("main form[method=post] :is(input, select, textarea, button):enabled:visible");
    for (const control of await offered.all()) await expect(control).toHaveText(/^Simulate/);
    // axe takes all that stands in a fieldset that is switched off for out of reach, and not only its fields.
    const regions = await viewer.locator("main [role=region][tabindex='0']:visible").all();
    if (SCROLLING.includes(step)) expect(regions.length, step).toBeGreaterThan(0);
    for (const region of regions) {
      await region.focus();
      await expect(region).toBeFocused();
    }
    await expectAccessible(viewer, "scrollable-region-focusable");
  }
  // Another version has no figures yet.
  await saved(page, url, pipeline, 1, (document) => (document.steps[0].latency.p50_ms = 190));
  await viewer.goto(`${url}${pipeline}/prototype`);
  await settled(viewer);
  await viewer.getByRole("button", { name: "Simulate on the server" }).click();
  await expect(viewer.getByText("kept on the server, seed")).toBeVisible();
  await leave(viewer, () => viewer.getByRole("link", { name: "Discussion", exact: true }).click());
  await viewer.getByLabel("Text").first().fill("Who owns the refunds?");
  await leave(viewer, () => viewer.getByRole("button", { name: "Say it" }).first().click());
  await expect(viewer.getByText("Who owns the refunds?")).toBeVisible();
  await viewer.context().close();
  // An owner finds all fields as ever.
  await visit(`${pipeline}/frame`);
  await expect(page.getByLabel("Name", { exact: true })).toBeEnabled();
});
