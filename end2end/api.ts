// Pipelines and accounts for tests that are about something else: made by the requests of the forms, without their pages.
import { readFileSync } from "node:fs";
import { expect, type APIResponse, type Page } from "@playwright/test";

/** A password that must appear nowhere but in a field; the fixtures look for it. */
export const PASSWORD = "canary horse battery staple";

/** Asks for answers as a browser gets them; a redirection is read and not followed. */
const AS_FORM = { headers: { accept: "text/html" }, maxRedirects: 0 };

type Document = Record<string, any>;

/** Sends a form from this page's browser; answers with the path to which the server sends the browser on. */
export async function sent(page: Page, url: string, action: string, form: Record<string, string>): Promise<string> {
  return onwards(await page.request.post(`${url}/api/${action}`, { ...AS_FORM, form }));
}

function onwards(answer: APIResponse): string {
  expect(answer.status(), answer.url()).toBe(302);
  return new URL(answer.headers()["location"] ?? "", answer.url()).pathname;
}

/** A copy of an example, as its button makes it; answers with its address. */
export async function copyOf(page: Page, url: string, slug: string): Promise<string> {
  return address(await sent(page, url, "home/try-example", { slug }));
}

/** An empty pipeline; answers with its address. */
export async function begun(page: Page, url: string, name: string): Promise<string> {
  return address(await sent(page, url, "home/create", { name }));
}

/** A pipeline of one's own making, as an import makes it; answers with its address. */
export async function bring(page: Page, url: string, document: Document): Promise<string> {
  const multipart = { text: JSON.stringify(document) };
  return address(onwards(await page.request.post(`${url}/api/home/import`, { ...AS_FORM, multipart })));
}

/** The address of a pipeline, from that of one of its pages. */
export function address(path: string): string {
  const [pipeline] = path.match(/\/pipelines\/[0-9a-f-]{36}/) ?? [];
  expect(pipeline, `${path} is a page of a pipeline`).toBeDefined();
  return pipeline ?? "";
}

/** The id of a pipeline, from its address. */
export function idOf(pipeline: string): string {
  return pipeline.split("/")[2] ?? "";
}

/** Has the server simulate a version and keep its report. */
export async function simulated(page: Page, url: string, pipeline: string, version = 1): Promise<void> {
  await sent(page, url, "runs/simulate", { id: idOf(pipeline), version: `${version}` });
}

/** An example with requests for this many seconds only: its figures are there soon. */
export function example(slug: string, seconds: number): Document {
  const path = new URL(`../app/model/examples/${slug}.json`, import.meta.url);
  const document: Document = JSON.parse(readFileSync(path, "utf8"));
  document.workload = { ...document.workload, duration_s: seconds };
  return document;
}

/** Saves a change of the latest version, as the editor does. */
export async function saved(page: Page, url: string, pipeline: string, version: number, change: (document: Document) => void): Promise<void> {
  const document: Document = await (await page.request.get(`${url}${pipeline}/document.json`)).json();
  change(document);
  const data = { id: idOf(pipeline), version, document: JSON.stringify(document) };
  const answer = await page.request.post(`${url}/api/pipeline/save`, { data });
  expect(await answer.json()).toEqual({ Saved: { version: version + 1 } });
}

/** Makes an account in this page's browser. */
export async function signUp(page: Page, url: string, name: string, email: string): Promise<void> {
  expect(await sent(page, url, "account/sign-up", { name, email, password: PASSWORD })).toBe("/");
}

/** A team of which this page's browser is the owner; answers with its address. */
export async function founded(page: Page, url: string, name: string): Promise<string> {
  return sent(page, url, "teams/create", { name });
}

/** The link by which somebody comes into a team, which its page shows once. */
export async function invited(page: Page, url: string, team: string, email: string, role: string): Promise<string> {
  await sent(page, url, "teams/invite", { team: team.split("/")[2] ?? "", email, role });
  await page.goto(url + team);
  return page.getByLabel("The link").inputValue();
}
