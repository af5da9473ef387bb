import { defineConfig, devices } from "@playwright/test";

// Every spec runs twice, with and without JavaScript, so that progressive enhancement is a promise that a machine
// checks. A spec that is about JavaScript alone says so in its name.
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
  fullyParallel: false,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: { actionTimeout: 10_000, trace: "retain-on-failure" },
  projects: [
    { name: "with JavaScript", use: chromium, testIgnore: /\.plain\.spec\.ts$/ },
    {
      name: "without JavaScript",
      use: { ...chromium, javaScriptEnabled: false },
      testIgnore: /\.script\.spec\.ts$/,
    },
  ],
});
