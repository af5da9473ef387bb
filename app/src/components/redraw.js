// Shows other HTML in an element. What does it in place comes with the first redraw: until then no page has waited for it.
let library;

export async function redraw(element, html) {
  library ??= import("./morph.js").catch(() => undefined);
  const loaded = await library;
  if (loaded) {
    loaded.morph(element, html);
  } else {
    // The server may be away. What is shown is right all the same, and the next redraw tries again.
    library = undefined;
    element.innerHTML = html;
  }
}
