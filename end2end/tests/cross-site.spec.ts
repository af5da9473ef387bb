// Another site's page, in the same browser, changes nothing: not by a form, not by a request, not in a frame.
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { leave } from "../actions";
import { expect, expectComplaint, test } from "../fixtures";

const WRITES = ["home/create", "home/try-example", "account/sign-out", "teams/create", "pipeline/archive", "pipeline/save"];

let evil: Server;
let address = "";

test.beforeAll(async () => {
  evil = createServer((request, response) => {
    const target = new URL(request.url ?? "/", "http://localhost").searchParams.get("target");
    response.setHeader("content-type", "text/html");
    response.end(
      `<!DOCTYPE html><title>Evil</title><form id="f" method="post" action="${target}/api/home/create"><input name="name" value="Foreign"></form>`,
    );
  });
  await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", resolve));
  // The same machine under another name is another site.
  address = `http://localhost:${(evil.address() as AddressInfo).port}`;
});

test.afterAll(() => evil.close());

test("a page of another site writes nothing here", async ({ page, visit, open, forkline }) => {
  for (const complaint of ["403", "Failed to fetch", "frame-ancestors", "X-Frame-Options", "CORS", "net::ERR_", "Refused to"]) {
    expectComplaint(complaint);
  }
  await open("checkout", "map", { simulated: true });
  await visit("/");
  const mine = page.getByRole("region", { name: "Your pipelines" }).getByRole("link");
  await expect(mine).toHaveCount(1);

  await page.goto(`${address}/?target=${encodeURIComponent(forkline.url)}`);
  const statuses = await page.evaluate(
    async ([base, paths]) => {
      for (const path of paths as string[]) {
        const options = { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({ name: "Foreign", slug: "checkout" }) };
        await fetch(`${base}/api/${path}`, options as RequestInit).catch(() => undefined);
      }
      const frame = document.createElement("iframe");
      frame.src = base as string;
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener("load", resolve));
      // A page that may not be framed is one that the page around it cannot look into.
      return frame.contentDocument === null;
    },
    [forkline.url, WRITES] as const,
  );
  expect(statuses).toBe(true);
  const answer = page.waitForResponse(`${forkline.url}/api/home/create`);
  // The answer is a page of its own, which must have come before another is visited.
  await leave(page, () => page.evaluate(() => (document.getElementById("f") as HTMLFormElement).submit()));
  expect((await answer).status()).toBe(403);

  await visit("/");
  await expect(mine).toHaveCount(1);
});
