// Simulates beside the page, so that nobody's typing waits for it. The engine is a module of its own, which is loaded
// when the page first has something to simulate.
//
// The page sends a document with an id and the place where its results are shown each time something is to be
// simulated; a place alone when another step is looked at; an id alone to stop what is under way. The answer is any
// number of messages with the latest id: the share done so far, what the page shows of the replications that are over,
// and a last one that says so.
//
// A document to be sketched is answered at once, in the middle of a simulation too, with what its page shows of it alone.
//
// Asked for an experiment on a document, or to compare it with the same after a change, a worker does nothing else, and
// closes when it is over. The answer is any number of messages with the share and what is being compared, and a last one
// with what was found, or why nothing was. It has parts of the experiment compared by further workers, which answer with
// their share and then with a report.
import init, { Experiment, Part, Preview, sketch } from "/pkg/simulator.js";

// Events between two looks at what the page wants: some milliseconds on a slow machine.
const SLICE = 40_000;
// How often the page is told the share, and shown better figures [ms].
const TELL = 100;
const REFINE = 1_000;

// The steps that show what conditions buy.
const BUYS = new Set(["decide", "record"]);

// Beyond this many the machine has others to serve, and each takes memory.
const MOST_WORKERS = 8;

// How long after the engine could not be loaded that is tried again [ms].
const NEXT_TRY = 3_000;

// The server may be away for a while; what was asked meanwhile is answered when it is back.
async function load() {
  try {
    await init({ module_or_path: "/pkg/simulator_bg.wasm" });
  } catch {
    await new Promise((resolve) => setTimeout(resolve, NEXT_TRY));
    await load();
  }
}
const ready = load();
let current = 0;
let preview;
let over = false;
let place;
// The document, by its id, for which it is known what the conditions buy, and for which that is being simulated.
let bought;
let buying;

// A message that one sends oneself comes after those that have come in the meantime, and sooner than any timer.
const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => waiting.shift()();
const othersFirst = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(0);
  });

function show() {
  const showing = preview?.show(place);
  if (!showing) return;
  const { facts, meter, html } = showing;
  showing.free();
  self.postMessage({ id: current, share: preview.progress(), over: over && !buys(), facts, meter, html });
}

// Whether it is still open what the conditions of the verdict buy, where that is shown.
const buys = () => over && bought !== current && BUYS.has(JSON.parse(place).step);

// A verdict without conditions that can be simulated is not held up.
function begin() {
  try {
    if (buys() && preview.buy(0)) bought = current;
  } catch {
    bought = current;
  }
}

// Simulates what the conditions buy, and shows it. Whoever looks at another step meanwhile has it when they come back.
async function buy(id) {
  if (buying === id) return;
  buying = id;
  try {
    while (current === id && buys()) {
      if (preview.buy(SLICE)) {
        bought = id;
        show();
      }
      await othersFirst();
    }
  } catch {
    // The verdict stands without it.
    bought = id;
    show();
  }
  if (buying === id) buying = undefined;
}

// Nobody asks this worker for anything else, so it looks up only to tell how far it is. Ending it ends the experiment.
async function conduct({ document, experiment, version, after, label }) {
  try {
    await ready;
    const study = after
      ? Experiment.what_if(document, after, label, version)
      : new Experiment(document, experiment, version);
    await shareOut(study);
    let told = performance.now();
    while (!study.advance(SLICE)) {
      if (performance.now() - told < TELL) continue;
      told = performance.now();
      self.postMessage({ share: study.progress(), doing: study.doing() });
    }
    self.postMessage({ over: true, html: study.found() });
  } catch (reason) {
    self.postMessage({ over: true, failure: String(reason) });
  }
  self.close();
}

// Has the parts of an experiment compared by other workers, one a core, as far as they do not depend on each other. Where
// there is one core, or no worker may start another, nothing is shared out.
async function shareOut(study) {
  const workers = [];
  for (let parts = study.parts(); parts.length > 0; parts = study.parts()) {
    const wanted = Math.min(navigator.hardwareConcurrency ?? 1, MOST_WORKERS, parts.length);
    if (workers.length === 0 && (wanted < 2 || typeof Worker === "undefined")) return;
    while (workers.length < wanted) workers.push(new Worker(import.meta.url, { type: "module" }));
    const [shares, reports] = [parts.map(() => 0), []];
    let [next, taken] = [0, 0];
    const tell = () => {
      const share = study.progress_with(shares.slice(taken).reduce((sum, share) => sum + share, 0));
      self.postMessage({ share, doing: study.doing() });
    };
    const work = async (worker) => {
      while (next < parts.length) {
        const place = next++;
        reports[place] = await compared(worker, parts[place], (share) => {
          shares[place] = share;
          tell();
        });
        shares[place] = 1;
        // In their order, whichever is ready first.
        for (; reports[taken] !== undefined; taken++) {
          study.accept(reports[taken]);
          reports[taken] = null;
        }
      }
    };
    await Promise.all(workers.map(work));
  }
  for (const worker of workers) worker.postMessage({ end: true });
}

// The report of a part of an experiment, from a worker that is told nothing else meanwhile.
function compared(worker, part, hear) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { share, report, failure } }) => {
      if (report !== undefined) resolve(report);
      else if (failure !== undefined) reject(failure);
      else hear(share);
    };
    worker.onerror = (event) => reject(event.message);
    worker.postMessage({ part });
  });
}

async function compare(asked) {
  try {
    await ready;
    const part = new Part(asked);
    let told = performance.now();
    while (!part.advance(SLICE)) {
      if (performance.now() - told < TELL) continue;
      told = performance.now();
      self.postMessage({ share: part.progress() });
    }
    self.postMessage({ report: part.report() });
  } catch (reason) {
    self.postMessage({ failure: String(reason) });
  }
}

self.onmessage = async ({ data }) => {
  if (data.experiment) {
    await conduct(data);
    return;
  }
  if (data.end) {
    self.close();
    return;
  }
  if (data.part) {
    await compare(data.part);
    return;
  }
  if (data.sketch) {
    await ready;
    const sketched = sketch(data.sketch, data.place);
    if (sketched) self.postMessage({ sketch: sketched.facts, html: sketched.html });
    sketched?.free();
    return;
  }
  if (data.place) place = data.place;
  if (data.id === undefined) {
    if (preview) begin();
    show();
    await buy(current);
    return;
  }
  const { id, document } = data;
  current = id;
  if (!document) return;
  try {
    await ready;
    // Whoever was asked for something else in the meantime ends here.
    if (current !== id) return;
    preview?.free();
    preview = undefined;
    over = false;
    preview = new Preview(document);
    let told = performance.now();
    let shown = -Infinity;
    while (current === id) {
      over = preview.advance(SLICE);
      const now = performance.now();
      if (over || (preview.presentable() && now - shown > REFINE)) {
        preview.refine();
        begin();
        show();
        if (over) break;
        shown = performance.now();
      } else if (now - told > TELL) {
        self.postMessage({ id, share: preview.progress() });
        told = now;
      }
      await othersFirst();
    }
    await buy(id);
  } catch {
    self.postMessage({ id, over: true });
  }
};
