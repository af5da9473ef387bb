// Files that a page hands out.
import { readFileSync } from "node:fs";
import type { Locator } from "@playwright/test";

/** Downloads a file: by a click on its link, unless another way to press it is given. */
export async function taken(link: Locator, press: (link: Locator) => Promise<void> = (link) => link.click()): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([link.page().waitForEvent("download"), press(link)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}
