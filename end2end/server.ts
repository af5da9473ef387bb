// A Forkline of one's own: own data folder, free port, ended by its own process id.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = process.env.FORKLINE_BIN ?? fileURLToPath(new URL("../target/debug/forkline", import.meta.url));

export class Forkline {
  readonly data = mkdtempSync(join(tmpdir(), "forkline-e2e-"));
  url = "";
  log = "";
  private process: ChildProcess | undefined;

  /** Starts it and waits until it says where it is. The second start takes the address of the first. */
  async start(): Promise<void> {
    const listen = this.url ? this.url.replace("http://", "") : "127.0.0.1:0";
    // All tests come from one address, so requests are not counted. A busy machine must not make a simulation fail, which takes a
    // fraction of the default of 2 seconds otherwise.
    const child = spawn(program, ["serve", "--data", this.data, "--listen", listen, "--patience", "25", "--limits", "0"], { stdio: "pipe" });
    this.process = child;
    child.stderr.on("data", (text) => (this.log += text));
    this.url = await new Promise<string>((resolve, reject) => {
      let out = "";
      const late = setTimeout(() => reject(new Error(`forkline says nothing:\n${this.log}`)), 60_000);
      child.stdout.on("data", (text) => {
        out += text;
        const url = out.match(/http:\/\/[\d.]+:\d+/);
        if (!url) return;
        clearTimeout(late);
        resolve(url[0]);
      });
      child.on("exit", (code) => {
        clearTimeout(late);
        reject(new Error(`forkline ended with ${code}:\n${this.log}`));
      });
    });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.data, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.removeAllListeners("exit");
    const gone = new Promise((resolve) => child.on("exit", resolve));
    child.kill(signal);
    await gone;
  }
}
