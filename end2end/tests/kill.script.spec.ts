// No edit is lost by a kill of the server at any moment: neither one that was shown as saved, nor one on its way.
import { expect, expectComplaint, openExample, settled, test } from "../fixtures";
import { Forkline } from "../server";

test("20 kills of the server lose no edit", async ({ page }) => {
  test.setTimeout(240_000);
  // While the server is down the page tries to save; that is the point. Its stream of what others do ends with the server.
  expectComplaint("ERR_INCOMPLETE_CHUNKED_ENCODING");
  expectComplaint("ERR_CONNECTION");
  expectComplaint("ERR_EMPTY_RESPONSE");
  expectComplaint("ERR_SOCKET");
  const forkline = new Forkline();
  try {
    await forkline.start();
    await page.goto(forkline.url);
    await settled(page);
    await openExample(page, "Three services");
    const name = page.getByLabel("Name, row 1");
    const state = page.getByTestId("save-state");
    let saved = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      const typed = `Load customer ${kill}`;
      await name.fill(typed);
      await name.press("Tab");
      // Moments from "not sent yet" over "on its way" to "long saved": the pause before a save is 400 ms. The first are so
      // early that no machine is too slow to be in time.
      const moment = 1 + kill * 55;
      const sawSaved = await expect(state)
        .toHaveText(/^Saved, version \d+$/, { timeout: moment })
        .then(() => true, () => false);
      await forkline.kill();
      if (sawSaved || /^Saved/.test(await state.innerText())) saved += 1;
      const url = page.url();
      await page.goto("about:blank");
      await forkline.start();
      await page.goto(url);
      await settled(page);
      // What the server did not have yet, the browser remembered.
      await expect(name, `after kill ${kill}`).toHaveValue(typed);
      await expect(state).toHaveText(/^Saved, version \d+$/);
    }
    expect(saved, "some saves were shown before the kill").toBeGreaterThan(0);
    expect(saved, "some edits were not saved before the kill").toBeLessThan(20);
  } finally {
    await forkline.stop();
  }
});
