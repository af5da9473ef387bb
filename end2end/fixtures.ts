// What every spec stands on: a server per worker, a page that tolerates no error, and the ways a person takes.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";
import { Forkline } from "./server";

type Fixtures = { visit: (path: string) => Promise<void>; quiet: void };
type Workers = { forkline: Forkline };

export const test = base.extend<Fixtures, Workers>({
  forkline: [
    async ({}, use) => {
      const forkline = new Forkline();
      await forkline.start();
      await use(forkline);
      await forkline.stop();
      // What must not be told: passwords, and secrets of sessions and links, which are 64 digits long.
      expect(forkline.log).not.toContain("canary");
      expect(forkline.log.match(/\b[0-9a-f]{64}\b/g) ?? []).toEqual([]);
    },
    { scope: "worker" },
  ],

  // No console error, no warning of a failed hydration, no blocked content, in any test.
  quiet: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
      });
      const sources: Promise<void>[] = [];
      page.on("response", (response) => {
        // Pages, what their scripts are told, and what is downloaded as text.
        const isText = /^(text\/(?!javascript)|application\/json|image\/svg)/.test(response.headers()["content-type"] ?? "");
        // A stream of events has no end to wait for.
        if (!isText || response.headers()["content-type"] === "text/event-stream" || response.status() !== 200) return;
        const read = async () => {
          const source = await response.text();
          const cookies = await page.context().cookies(response.url());
          const secrets = ["canary", ...cookies.map((cookie) => cookie.value)];
          for (const secret of secrets) if (source.includes(secret)) complaints.push(`a secret in ${response.url()}`);
        };
        // A page that was left before it was read is another test's.
        sources.push(read().catch(() => undefined));
      });
      page.on("pageerror", (error) => complaints.push(`page error: ${error.stack}`));
      await use();
      await Promise.all(sources);
      const expected = test.info().annotations.filter((note) => note.type === "expected complaint");
      const surprising = complaints.filter((text) => !expected.some((note) => text.includes(note.description ?? "")));
      expect(surprising, "the console stays empty").toEqual([]);
    },
    { auto: true },
  ],

  visit: async ({ page, forkline }, use) => {
    await use(async (path) => {
      await page.goto(forkline.url + path);
      await settled(page);
    });
  },
});

export { expect };

/** A password whose appearance anywhere but in a field is a mistake that the fixtures look for. */
export const PASSWORD = "canary horse battery staple";

export function scripted(): boolean {
  return test.info().project.name === "with JavaScript";
}

/** Makes an account in this page's browser. */
export async function signUp(page: Page, url: string, name: string, email: string): Promise<void> {
  await page.goto(`${url}/sign-up`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
}

/** Says that a complaint of the browser is what this test is about. */
export function expectComplaint(text: string): void {
  test.info().annotations.push({ type: "expected complaint", description: text });
}

/** Waits until the page is interactive, where it becomes so. */
export async function settled(page: Page): Promise<void> {
  // Pages outside the workbench have no script of their own.
  await page.waitForLoadState("domcontentloaded");
  if ((await page.locator("head > script[type=module]").count()) === 0) return;
  if (scripted()) await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Waits until what was typed is a stored version: by itself, or by the form's button. */
export async function save(page: Page): Promise<void> {
  if (scripted()) {
    await page.keyboard.press("Tab");
    await expect(page.getByTestId("save-state")).toHaveText(/^Saved, version \d+(;|$)/);
  } else {
    // The browser leaves this page and comes back to it; whatever follows is about the new one.
    const back = page.waitForEvent("load");
    await page.getByRole("button", { name: "Save", exact: true }).last().click();
    await back;
  }
}

export async function goTo(page: Page, step: string): Promise<void> {
  await page.getByRole("navigation", { name: "Guided steps" }).getByRole("link", { name: step }).click();
  await expect(page.getByRole("heading", { level: 1, name: step })).toBeVisible();
  await settled(page);
}

/** To a page beside the Prototype step. */
export async function goBeside(page: Page, aside: string): Promise<void> {
  await goTo(page, "Prototype");
  await page.getByRole("navigation", { name: "Beside this step" }).getByRole("link", { name: aside }).click();
  await expect(page.getByRole("heading", { level: 1, name: aside })).toBeVisible();
  await settled(page);
}

export async function openExample(page: Page, name: string): Promise<void> {
  await page.getByRole("listitem").filter({ hasText: name }).getByRole("button", { name: /^Try it/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Map" })).toBeVisible();
  await settled(page);
}

/** Figures: the browser makes them by itself; without JavaScript the server is asked for them. */
export async function simulate(page: Page): Promise<void> {
  await goTo(page, "Prototype");
  if (!scripted()) await page.getByRole("button", { name: /^Simulate on the server/ }).click();
  await expect(page.getByRole("table").first()).toBeVisible({ timeout: 30_000 });
}

/** No violation of WCAG 2.2 AA, nor of what axe advises, in light and in dark; but for rules of which a spec knows better. */
export async function expectAccessible(page: Page, ...mistaken: string[]): Promise<void> {
  // axe needs scripts of its own in the page, which a page without JavaScript does not run.
  if (!scripted()) return;
  const found: string[] = [];
  // The size of targets is WCAG 2.2 and the one rule of it that axe leaves out unless it is asked for.
  const rules: Record<string, { enabled: boolean }> = { "target-size": { enabled: true } };
  for (const rule of mistaken) rules[rule] = { enabled: false };
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).options({ rules }).analyze();
    const places = (nodes: { html: string }[]) => nodes.map((node) => node.html).join(" | ");
    found.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${places(nodes)}`));
  }
  expect(found).toEqual([]);
}
