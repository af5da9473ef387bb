// The check for accessibility, by axe.
import { expect, type Page } from "@playwright/test";
import axe, { type RunOptions } from "axe-core";
import { calm, scripted } from "./actions";

/** The rules that depend on colours. The style has no other difference between light and dark. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** No violation of WCAG 2.2 AA, nor of what axe advises, in light and in dark; but for rules that are mistaken there. */
export async function expectAccessible(page: Page, ...mistaken: string[]): Promise<void> {
  // axe needs scripts of its own in the page, which a page without JavaScript does not run.
  if (!scripted()) return;
  // A page that is drawn anew meanwhile would be seen in halves.
  await calm(page);
  // Once per page is enough.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // The size of targets is WCAG 2.2 and the one rule of it that axe leaves out unless it is asked for.
  const rules: Record<string, { enabled: boolean }> = { "target-size": { enabled: true } };
  for (const rule of mistaken) rules[rule] = { enabled: false };
  const found: string[] = [];
  const colours: RunOptions = { runOnly: { type: "rule", values: COLOURS.filter((rule) => !mistaken.includes(rule)) } };
  for (const [colorScheme, options] of [["dark", { rules }], ["light", colours]] as const) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate(violated, { ...options, resultTypes: ["violations"] } satisfies RunOptions);
    found.push(...violations.map((violation) => `${colorScheme}: ${violation}`));
  }
  expect(found).toEqual([]);
}

/** Runs in the page. */
async function violated(options: RunOptions): Promise<string[]> {
  const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}
