// Makes files of the charts on the page. Their links lead to the server, which draws a chart of a saved version; what is
// shown here may be a preview that no server has seen, or leave out topologies that nobody wants to see. So the file is
// made of what is shown, with the same style, paper, title and legend that the server gives it (`report::chart`).
const STYLE = `/* style */`;
const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.textContent = text;
  return made;
}

// What is hidden on the page is not in the file.
function withoutHidden(shown, copy) {
  [...shown.children].forEach((child, place) => withoutHidden(child, copy.children[place]));
  [...shown.children].map((child, place) => [child, copy.children[place]]).forEach(([child, twin]) => {
    if (child.matches("g.series") && getComputedStyle(child).display === "none") twin.remove();
  });
}

// The title and the legend, which has an entry for each series that is in the file.
function headOf(text, copy) {
  const head = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  const drawn = [...copy.querySelectorAll("g.series")].map((series) => series.getAttribute("class"));
  for (const entry of head.querySelectorAll("g.series")) {
    if (!drawn.includes(entry.getAttribute("class"))) entry.remove();
  }
  return head;
}

function drawn(svg, text) {
  const copy = svg.cloneNode(true);
  withoutHidden(svg, copy);
  const head = headOf(text, copy);
  const above = Number(head.getAttribute("height"));
  const [width, height] = ["width", "height"].map((side) => Number(copy.getAttribute(side)));
  copy.setAttribute("height", height + above);
  copy.setAttribute("viewBox", `0 0 ${width} ${height + above}`);
  const chart = element("g", { transform: `translate(0 ${above})` });
  chart.append(...copy.childNodes);
  const paper = element("rect", { class: "area paper", width: "100%", height: "100%", fill: "#FFFFFF" });
  copy.append(element("style", {}, STYLE), paper, head, chart);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-chart]");
  const svg = link?.closest("figure")?.querySelector(".wide > svg");
  if (!svg) return;
  const { csv, head } = link.dataset;
  const [text, type] = csv === undefined ? [drawn(svg, head), "image/svg+xml"] : [csv, "text/csv"];
  const made = document.createElement("a");
  made.href = URL.createObjectURL(new Blob([text], { type }));
  made.download = link.download;
  made.click();
  // The browser reads it later; until then it has to be there.
  setTimeout(() => URL.revokeObjectURL(made.href), 60_000);
  event.preventDefault();
  event.stopPropagation();
});
