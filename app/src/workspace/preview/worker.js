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
// with what was found, or why nothing was.
import init, { Experiment, Preview, sketch } from "/pkg/simulator.js";

// Events between two looks at what the page wants: some milliseconds on a slow machine.
const SLICE = 40_000;
// How often the page is told the share, and shown better figures [ms].
const TELL = 100;
const REFINE = 1_000;

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
  self.postMessage({ id: current, share: preview.progress(), over, facts, meter, html });
}

// Nobody asks this worker for anything else, so it looks up only to tell how far it is; whoever wants to stop it ends it.
async function conduct({ document, experiment, version, after, label }) {
  try {
    await ready;
    const study = after
      ? Experiment.what_if(document, after, label, version)
      : new Experiment(document, experiment, version);
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

self.onmessage = async ({ data }) => {
  if (data.experiment) {
    await conduct(data);
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
    show();
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
        show();
        if (over) return;
        shown = performance.now();
      } else if (now - told > TELL) {
        self.postMessage({ id, share: preview.progress() });
        told = now;
      }
      await othersFirst();
    }
  } catch {
    self.postMessage({ id, over: true });
  }
};
