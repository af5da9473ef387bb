// No edit is lost by a kill of the server at any moment: neither one that was shown as saved, nor one on its way.
import { settled } from "../actions";
import { bring, example } from "../api";
import { expect, expectComplaint, test } from "../fixtures";
import { Forkline } from "../server";

const KILLS = 20;
const MOMENTS = ["during the pause before it is sent", "as it is sent", "on its way", "after it was saved"] as const;

test(`${KILLS} kills of the server lose no edit`, async ({ page }) => {
  // While the server is down the page tries to save, and a worker to load. The stream of live messages ends with the server.
  for (const text of ["net::ERR_", "Failed to fetch", "WebAssembly"]) expectComplaint(text);
  const forkline = new Forkline();
  try {
    await forkline.start();
    const pipeline = await bring(page, forkline.url, example("three-services", 5));
    const map = `${forkline.url}${pipeline}/map`;
    await page.goto(map);
    await settled(page);
    const name = page.getByLabel("Name, row 1");
    const state = page.getByTestId("save-state");
    for (let kill = 0; kill < KILLS; kill += 1) {
      const typed = `Load customer ${kill}`;
      const moment = MOMENTS[kill % MOMENTS.length];
      // What is held never reaches the server.
      if (moment === "as it is sent") await page.route("**/api/pipeline/save", () => {});
      const sent = page.waitForRequest("**/api/pipeline/save");
      await name.fill(typed);
      await name.press("Tab");
      // A request says that the page has taken the change over. Before it there is only the pause, which this does not wait for.
      if (moment === "during the pause before it is sent") sent.catch(() => undefined);
      else await sent;
      if (moment === "after it was saved") await expect(state).toHaveText(/^Saved, version \d+$/);
      // From nothing to twenty milliseconds after it was sent: the server is anywhere between reading it and having kept it.
      if (moment === "on its way") await new Promise((resolve) => setTimeout(resolve, kill));
      await forkline.kill();
      await page.goto("about:blank");
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await forkline.start();
      await page.goto(map);
      await settled(page);
      // What the server did not have yet, the browser remembered.
      await expect(name, `after kill ${kill}, ${moment}`).toHaveValue(typed);
      await expect(state).toHaveText(/^Saved, version \d+$/);
    }
  } finally {
    await forkline.stop();
  }
});
