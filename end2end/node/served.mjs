// The optimised program, serving an empty data directory for as long as a bench looks at it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.FORKLINE_BIN ?? fileURLToPath(new URL("../../target/release/forkline", import.meta.url));

/** How Chromium is started. */
export const CHROMIUM = {
  executablePath: process.env.FORKLINE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
};

/** Starts the program, with flags: its address, the number of its process, and what ends it. */
export async function serve(...flags) {
  const data = mkdtempSync(join(tmpdir(), "forkline-bench-"));
  const server = spawn(PROGRAM, ["serve", "--data", data, "--listen", "127.0.0.1:0", ...flags], { stdio: ["ignore", "pipe", "ignore"] });
  const url = await new Promise((resolve, reject) => {
    server.stdout.on("data", (text) => resolve(String(text).match(/http:\/\/[\d.:]+/)?.[0]));
    server.on("exit", (code) => reject(new Error(`forkline ended with ${code}`)));
  });
  const end = () => {
    server.kill();
    rmSync(data, { recursive: true, force: true });
  };
  return { url, pid: server.pid, end };
}
