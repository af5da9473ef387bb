// Tells whoever has a pipeline open that somebody else has saved it, and who else is here. What is on the page stays as it is
// until one asks for the other version: nothing that is being typed goes away by itself.
const [, , pipeline] = location.pathname.split("/");
const place = document.querySelector("[data-live]");
// Both stay while what they say changes, so that the link keeps the focus.
const said = document.createTextNode("");
const link = Object.assign(document.createElement("a"), { rel: "external", textContent: "Show it", hidden: true });
let source;
let latest = { version: 0 };

// The version that this page shows, as the state beside its name says; none while a change is on its way.
function shown() {
  const state = document.querySelector("[data-testid=save-state]")?.textContent ?? "";
  return Number(state.match(/version (\d+)/)?.[1] ?? 0);
}

function show() {
  const { version, by, others = [] } = latest;
  const words = [];
  if (others.length > 0) words.push(`Also here: ${others.join(", ")}.`);
  const behind = shown() > 0 && shown() < version;
  if (behind) words.push(`${by ?? "Somebody"} saved version ${version}.`);
  const text = words.join(" ");
  if (said.data !== text) said.data = text;
  place.hidden = text === "";
  link.hidden = !behind;
  link.href = location.href;
}

function listen() {
  if (source || document.hidden) return;
  source = new EventSource(`/pipelines/${pipeline}/live`);
  source.onmessage = (message) => {
    latest = JSON.parse(message.data);
  };
}

// A browser opens few connections to one server: a page that nobody sees keeps none.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    source?.close();
    source = undefined;
  } else {
    listen();
  }
});

if (place) {
  place.append(said, " ", link);
  listen();
  // One's own save is told as well: only what the page does not show a moment later is somebody else's.
  setInterval(show, 500);
}
