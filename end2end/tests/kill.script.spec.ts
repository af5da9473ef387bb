// What the page has shown as saved survives a kill of the server at any moment.
import { expect, expectComplaint, openExample, settled, test } from "../fixtures";
import { Forkline } from "../server";

test("20 kills lose no save that was shown", async ({ page }) => {
  test.setTimeout(240_000);
  // While the server is down the page tries to save; that is the point.
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
    let shown = "Load customer";
    let kept = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      const typed = `Load customer ${kill}`;
      await name.fill(typed);
      await name.press("Tab");
      // Moments from "not sent yet" over "on its way" to "long saved": the pause before a save is 400 ms.
      const moment = 300 + kill * 40;
      const sawSaved = await expect(state)
        .toHaveText(/^Saved, version \d+$/, { timeout: moment })
        .then(() => true, () => false);
      await forkline.kill();
      // What counts is what the page says, also if it said so in the instant of the kill.
      if (sawSaved || /^Saved/.test(await state.innerText())) shown = typed;
      // The page tries again by itself, and would save after the restart what was not saved before it.
      const url = page.url();
      await page.goto("about:blank");
      await forkline.start();
      await page.goto(url);
      await settled(page);
      const found = await name.inputValue();
      expect([shown, typed], `after kill ${kill}`).toContain(found);
      if (shown === typed) {
        expect(found).toBe(typed);
        kept += 1;
      }
      shown = found;
    }
    expect(kept, "some saves were shown before the kill").toBeGreaterThan(0);
  } finally {
    await forkline.stop();
  }
});
