// How a person takes hold of a page: with a mouse, or with the keyboard alone. A walk that is written for hands is walked by both.
import { expect, type Locator } from "@playwright/test";

export type Hands = {
  press: (target: Locator) => Promise<void>;
  type: (target: Locator, text: string) => Promise<void>;
  choose: (target: Locator, label: string) => Promise<void>;
  answer: (target: Locator) => Promise<void>;
};

export const mouse: Hands = {
  press: (target) => target.click(),
  type: (target, text) => target.fill(text),
  choose: async (target, label) => {
    await target.selectOption({ label });
  },
  answer: (target) => target.check(),
};

/** More presses of Tab than any page has stops: who has not arrived by then cannot. */
const STOPS = 400;

/** Moves the focus to an element as a keyboard does, which fails where it cannot be reached or its focus is not seen. */
async function reach(target: Locator): Promise<void> {
  const page = target.page();
  const focused = () => target.evaluate((element) => element === document.activeElement);
  await target.waitFor({ state: "visible" });
  // Elements before the one that has the focus are reached backwards, as people do.
  const backwards = await target.evaluate((element) => {
    const place = document.activeElement?.compareDocumentPosition(element) ?? 0;
    return document.activeElement !== document.body && (place & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  });
  for (let stops = 0; stops < STOPS && !(await focused()); stops += 1) {
    await page.keyboard.press(backwards ? "Shift+Tab" : "Tab");
  }
  expect(await focused(), `${target} is reached with the keyboard`).toBe(true);
  const seen = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  });
  expect(seen, `${target} shows that it has the focus`).toBe(true);
}

export const keyboard: Hands = {
  press: async (target) => {
    await reach(target);
    await target.page().keyboard.press("Enter");
  },
  type: async (target, text) => {
    await reach(target);
    await target.page().keyboard.press("ControlOrMeta+A");
    await target.page().keyboard.type(text);
  },
  choose: async (target, label) => {
    await reach(target);
    // Typing on a list that is closed chooses the first entry that begins so.
    await target.page().keyboard.type(label);
    await expect(target.locator("option:checked")).toHaveText(label);
  },
  answer: async (target) => {
    // Tab leads to the button of a group that is chosen, and arrows go on from there, past the last to the first.
    const group = target.page().locator(`input[name="${await target.getAttribute("name")}"]`);
    await reach(group.and(target.page().locator(":checked")));
    for (let presses = await group.count(); presses > 0 && !(await target.isChecked()); presses -= 1) {
      await target.page().keyboard.press("ArrowRight");
    }
    await expect(target).toBeChecked();
  },
};
