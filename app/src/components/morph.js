// Changes the content of an element to other HTML, and leaves alone what both have in common. So what has the focus, is
// selected, opened, checked or scrolled there stays so, and a screen reader keeps its place.
import { Idiomorph } from "./idiomorph.js";

/** Where the selection begins and ends, if a part of this element is selected. */
function selected(element) {
  const selection = getSelection();
  if (!selection.anchorNode || selection.isCollapsed || !selection.containsNode(element, true)) return undefined;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  return { anchorNode, anchorOffset, focusNode, focusOffset };
}

/** Selects the same again: a text that has changed has lost its selection. */
function select({ anchorNode, anchorOffset, focusNode, focusOffset }) {
  if (!anchorNode.isConnected || !focusNode.isConnected) return;
  const within = (node, offset) => Math.min(offset, node.nodeValue?.length ?? node.childNodes.length);
  const [anchor, focus] = [within(anchorNode, anchorOffset), within(focusNode, focusOffset)];
  getSelection().setBaseAndExtent(anchorNode, anchor, focusNode, focus);
}

export function morph(element, html) {
  const before = selected(element);
  Idiomorph.morph(element, html, {
    morphStyle: "innerHTML",
    callbacks: {
      // Equal elements may differ in what a person has typed or checked.
      beforeNodeMorphed: (from, to) => !from.isEqualNode(to),
      // Opening is the reader's doing, and no redraw undoes it.
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.localName === "details"),
    },
  });
  if (before) select(before);
}
