// What every test stands on: a server per worker, and a page that tolerates no error.
import { expect, test as base } from "@playwright/test";
import { settled } from "./actions";
import { bring, copyOf, example, simulated } from "./api";
import { Forkline } from "./server";

type Opening = {
  /** For how long requests arrive: with a few seconds, figures are there soon. */
  seconds?: number;
  /** Whether the server keeps figures. Then a page that is loaded does not simulate by itself until something is changed. */
  simulated?: boolean;
};

type Fixtures = {
  /** Goes to a page of this worker's server, and waits until it can be used. */
  visit: (path: string) => Promise<void>;
  /** Opens a step of a new copy of an example; answers with the address of the pipeline. */
  open: (slug: string, step: string, opening?: Opening) => Promise<string>;
  quiet: void;
};

/** Chromium's warning on a busy machine. It is about speed and not about the page. */
const SLOW = /was preloaded using link preload but not used within a few seconds/;

export const test = base.extend<Fixtures, { forkline: Forkline }>({
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
        const complains = ["error", "warning"].includes(message.type()) && !SLOW.test(message.text());
        if (complains) complaints.push(`${message.type()}: ${message.text()}`);
      });
      const sources: Promise<void>[] = [];
      page.on("response", (response) => {
        // Pages, the answers to their scripts, and text that is downloaded.
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

  open: async ({ page, forkline, visit }, use) => {
    await use(async (slug, step, opening = {}) => {
      const { url } = forkline;
      const { seconds } = opening;
      const pipeline = seconds ? await bring(page, url, example(slug, seconds)) : await copyOf(page, url, slug);
      if (opening.simulated) await simulated(page, url, pipeline);
      await visit(`${pipeline}/${step}`);
      return pipeline;
    });
  },
});

export { expect };

/** Says that a complaint of the browser belongs to this test. */
export function expectComplaint(text: string): void {
  test.info().annotations.push({ type: "expected complaint", description: text });
}
