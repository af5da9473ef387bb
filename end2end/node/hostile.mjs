// What hostile callers cost everybody else: the dearest document at every address, and 24 accounts that ask for it all the time.
import { readFileSync } from "node:fs";
import { serve } from "./served.mjs";

const HOSTILE = 24;
const PATIENCE_S = 2;
const { url, pid, end } = await serve("--limits", "0", "--patience", String(PATIENCE_S));
const row = (what, figure, goal) => console.log(`  ${what.padEnd(54)}${figure.padStart(22)}   ${goal}`);
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const memory = (what) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`${what}:\\s+(\\d+)`))[1]) / 1024;

/** Two hundred steps, each as full as it may be, and a thousand dependencies between them. */
function dearest(requests) {
  const steps = Array.from({ length: 200 }, (_, place) => ({
    id: `s${place}`,
    name: `Step number ${place}`,
    latency: { p50_ms: 20, p99_ms: 90 },
    error_rate: 0.01,
    effect: "write",
    retry: { max: 3 },
  }));
  const dependencies = [];
  for (let far = 1; dependencies.length < 1000; far += 1) {
    for (let from = 0; from + far < 200 && dependencies.length < 1000; from += 1) {
      dependencies.push({ from: `s${from}`, to: `s${from + far}`, kind: "loose", because: "today's order" });
    }
  }
  return { name: "The dearest", steps, dependencies, workload: { arrivals: { kind: "poisson", per_second: requests / 10 }, duration_s: 10 } };
}

/** A browser with cookies and nothing else. */
class Visitor {
  cookies = new Map();

  async send(path, init = {}) {
    const headers = { accept: "text/html", "sec-fetch-site": "same-origin", referer: `${url}/`, ...init.headers };
    headers.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const began = performance.now();
    const answer = await fetch(url + path, { redirect: "manual", ...init, headers });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(";")[0].split("=");
      this.cookies.set(name, value);
    }
    const size = (await answer.arrayBuffer()).byteLength;
    return { status: answer.status, to: answer.headers.get("location"), size, ms: performance.now() - began };
  }

  async signUp(name) {
    const fields = { name, email: `${name}@example.org`, password: "correct horse battery staple" };
    const { to } = await this.send("/api/account/sign-up", { method: "POST", body: new URLSearchParams(fields) });
    if (to !== "/") throw new Error(`no account was made: ${to}`);
    return this;
  }

  /** Imports a document; the address of its pipeline. */
  async bring(document) {
    const form = new FormData();
    form.append("text", JSON.stringify(document));
    const { to } = await this.send("/api/home/import", { method: "POST", body: form });
    return new URL(to, url).pathname.replace(/\/[a-z]+$/, "");
  }
}

/** Asks for /livez all the time; what the worst answer took, once it is told to stop. */
function watch() {
  let [over, worst] = [false, 0];
  const watching = (async () => {
    while (!over) {
      const began = performance.now();
      await (await fetch(`${url}/livez`)).arrayBuffer();
      worst = Math.max(worst, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return async () => {
    over = true;
    await watching;
    return worst;
  };
}

const STEPS = ["frame", "map", "classify", "budget", "maturity", "prototype", "decide", "record"];
const EXPERIMENTS = ["load", "spike", "outage", "pools", "sensitivity", "conditions"];

try {
  const ordinary = await new Visitor().signUp("ann");
  const own = await ordinary.bring(JSON.parse(readFileSync(new URL("../../app/model/examples/checkout.json", import.meta.url), "utf8")));
  const guest = new Visitor();
  const dear = await guest.bring(dearest(200));
  console.log("\nThe dearest document, one guest, each address alone");
  const addresses = [
    ...STEPS.map((step) => `${dear}/${step}`),
    ...["history", "share", "discussion", "document.json", "compare?from=1&to=1"].map((page) => `${dear}/${page}`),
    ...EXPERIMENTS.map((experiment) => `${dear}/prototype?experiment=${experiment}`),
    ...EXPERIMENTS.map((experiment) => `${dear}/versions/1/charts/${experiment === "sensitivity" ? "tornado" : "load"}.svg?experiment=${experiment}`),
    "/",
    "/rules",
    "/self-check",
  ];
  let [largest, slowest, held] = [{ size: 0 }, { ms: 0 }, { worst: 0 }];
  for (const address of addresses) {
    const stop = watch();
    const answer = { address: address.replace(dear, ""), ...(await guest.send(address)) };
    const worst = await stop();
    if (answer.status >= 500) throw new Error(`${address}: ${answer.status}`);
    if (process.env.FORKLINE_ALL) row(answer.address, `${answer.status} ${(answer.size / 1e6).toFixed(2)} MB ${ms(answer.ms)}`, `/livez ${ms(worst)}`);
    if (answer.size > largest.size) largest = answer;
    if (answer.ms > slowest.ms) slowest = answer;
    if (worst > held.worst) held = { ...answer, worst };
  }
  row(`largest page (${largest.address})`, `${(largest.size / 1e6).toFixed(2)} MB`, "goal 2 MB");
  row(`slowest (${slowest.address})`, ms(slowest.ms), `patience ${PATIENCE_S} s`);
  row(`longest wait of /livez (${held.address})`, ms(held.worst), "goal 50 ms");
  row("memory now, at most", `${memory("VmRSS").toFixed(0)}, ${memory("VmHWM").toFixed(0)} MB`, "goal 200 MB");

  const page = async (count) => {
    const took = [];
    for (let asked = 0; asked < count; asked += 1) took.push((await ordinary.send(`${own}/map`)).ms);
    return took;
  };
  const simulation = async (count) => {
    const took = [];
    // A load of its own each time: nothing is kept of it.
    for (let asked = 0; asked < count; asked += 1) took.push((await ordinary.send(`${own}/versions/1/charts/latency.svg?experiment=spike`)).ms);
    return took;
  };
  await page(50);
  const alone = { page: await page(200), simulation: await simulation(5) };
  const hostile = await Promise.all(
    Array.from({ length: HOSTILE }, async (_, number) => {
      const visitor = await new Visitor().signUp(`h${number}`);
      return { visitor, pipeline: await visitor.bring(dearest(2000)) };
    }),
  );
  const beside = async (paths, work) => {
    let over = false;
    const asking = hostile.flatMap(({ visitor, pipeline }) =>
      [0, 1].map(async (which) => {
        while (!over) await visitor.send(paths[which % paths.length](pipeline)).catch(() => {});
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const took = await work();
    over = true;
    await Promise.all(asking);
    return took;
  };
  console.log(`\nAn ordinary user beside ${HOSTILE} hostile accounts with two requests each`);
  const ratio = (what, before, during) => row(what, `${ms(before)} alone, ${ms(during)}`, `ratio ${(during / before).toFixed(1)}, goal 2`);
  const pages = await beside([(of) => `${of}/budget`, (of) => `${of}/map`], () => page(200));
  ratio("their page, p99, beside the dearest pages", percentile(alone.page, 0.99), percentile(pages, 0.99));
  ratio("the same, median", percentile(alone.page, 0.5), percentile(pages, 0.5));
  const dearest_simulations = [(of) => `${of}/prototype?experiment=sensitivity`, (of) => `${of}/versions/1/charts/load.svg?experiment=load`];
  const simulated = await beside(dearest_simulations, () => simulation(5));
  ratio("their simulation, median, beside the dearest ones", percentile(alone.simulation, 0.5), percentile(simulated, 0.5));
  const pagesBeside = await beside(dearest_simulations, () => page(200));
  ratio("their page, p99, beside the dearest simulations", percentile(alone.page, 0.99), percentile(pagesBeside, 0.99));
  const strangers = [(of) => `/self-check?seed=${of.slice(-6)}`];
  const checked = await beside(strangers, () => page(200));
  ratio("their page, p99, beside self-checks", percentile(alone.page, 0.99), percentile(checked, 0.99));
  row("memory now, at most", `${memory("VmRSS").toFixed(0)}, ${memory("VmHWM").toFixed(0)} MB`, "goal 512 MB");
} finally {
  end();
}
