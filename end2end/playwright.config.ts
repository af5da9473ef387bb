import { availableParallelism } from "node:os";
import { defineConfig, devices } from "@playwright/test";

// All tests run with JavaScript. That forms also work without it is for the most part a matter of the server, whose own tests
// show it. Tests tagged @plain run a second time without JavaScript, because there the browser has a part in it. Tests tagged
// @plain-only run without JavaScript alone.
const chromium = {
  ...devices["Desktop Chrome"],
  viewport: { width: 1280, height: 860 },
  launchOptions: {
    executablePath: process.env.FORKLINE_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  },
};

export default defineConfig({
  testDir: "./tests",
  // No test needs what another has done.
  fullyParallel: true,
  workers: Math.max(2, availableParallelism()),
  // Limits are for what never comes: on a busy machine anything may be late.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    // A page that scrolls smoothly moves while a test reads where things are.
    reducedMotion: "reduce",
    // Pictures of the page around every step take long: FORKLINE_TRACE=1 makes them.
    trace: process.env.FORKLINE_TRACE ? "on" : "off",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "with JavaScript", use: chromium, grepInvert: /@plain-only/ },
    { name: "without JavaScript", use: { ...chromium, javaScriptEnabled: false }, grep: /@plain/ },
  ],
});
