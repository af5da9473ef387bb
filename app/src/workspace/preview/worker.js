// Simulates beside the page, so that nobody's typing waits for it: the page's own WebAssembly once more, in a worker.
//
// The page first sends where its script is and the module it has compiled, and then a document with an id each time
// something is to be simulated; an id alone stops what is under way. The answer is any number of messages with that
// id: the share done so far, reports of the replications that are over, and a last one that says so.

// Events between two looks at what the page wants: some milliseconds on a slow machine.
const SLICE = 40_000;
// How often the page is told the share, and shown better figures [ms].
const TELL = 100;
const REFINE = 1_000;

let engine;
let current = 0;

// A message that one sends oneself comes after those that have come in the meantime, and sooner than any timer.
const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => waiting.shift()();
const othersFirst = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(0);
  });

self.onmessage = async ({ data: { script, module, id, document } }) => {
  if (script) {
    engine = import(script).then((loaded) => {
      loaded.initSync({ module });
      return loaded;
    });
    return;
  }
  current = id;
  if (!document) return;
  let preview;
  try {
    const { Preview } = await engine;
    preview = new Preview(document);
    let told = performance.now();
    let shown = -Infinity;
    while (current === id) {
      const over = preview.advance(SLICE);
      const now = performance.now();
      if (over || (preview.presentable() && now - shown > REFINE)) {
        self.postMessage({ id, report: preview.report(), share: preview.progress(), over });
        if (over) return;
        shown = performance.now();
      } else if (now - told > TELL) {
        self.postMessage({ id, share: preview.progress() });
        told = now;
      }
      await othersFirst();
    }
  } catch (reason) {
    self.postMessage({ id, over: true, reason: String(reason) });
  } finally {
    preview?.free();
  }
};
