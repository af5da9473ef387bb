// Whether the time of a refused sign-in tells that somebody has an account: a wrong password against an unknown address.
import { serve } from "./served.mjs";

const TRIES = 300;
const { url, end } = await serve("--limits", "0");

/** Sends a form as a browser without JavaScript does: milliseconds until its answer, and where that leads. */
async function send(path, fields) {
  const headers = { accept: "text/html", referer: `${url}/sign-in`, "sec-fetch-site": "same-origin" };
  const began = performance.now();
  const answer = await fetch(url + path, { method: "POST", redirect: "manual", headers, body: new URLSearchParams(fields) });
  await answer.arrayBuffer();
  return { ms: performance.now() - began, to: answer.headers.get("location") };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  const password = "correct horse battery staple";
  const [known, unknown] = ["ann@example.org", "bob@example.org"];
  const { to } = await send("/api/account/sign-up", { name: "Ann", email: known, password });
  if (to !== "/") throw new Error(`no account was made: ${to}`);
  const took = { [known]: [], [unknown]: [] };
  for (let tries = 0; tries < TRIES; tries++) {
    // By turns, and each first as often as the other: what else the machine does falls on both.
    for (const email of tries % 2 ? [known, unknown] : [unknown, known]) {
      const { ms, to } = await send("/api/account/sign-in", { email, password: "another horse battery staple" });
      if (!to?.includes("__err")) throw new Error(`the sign-in was not refused: ${to}`);
      took[email].push(ms);
    }
  }
  const [wrong, nobody] = [median(took[known]), median(took[unknown])];
  console.log(`\nA refused sign-in, medians of ${TRIES} by turns`);
  console.log(`  a wrong password ${wrong.toFixed(2)} ms, an unknown address ${nobody.toFixed(2)} ms: ${(nobody / wrong).toFixed(3)} (goal 0.95 to 1.05)`);
} finally {
  end();
}
