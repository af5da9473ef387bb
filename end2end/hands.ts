// How a person takes hold of a page: with a mouse, or with the keyboard alone. A walk that is written for hands is walked by both.
import { expect, type Locator } from "@playwright/test";

export type Hands = {
  press: (target: Locator) => Promise<void>;
  type: (target: Locator, text: string) => Promise<void>;
  choose: (target: Locator, label: string) => Promise<void>;
  answer: (target: Locator) => Promise<void>;
};

/** Whether something to choose from is a field with suggestions, in which one types. */
const isText = async (target: Locator) => (await target.getAttribute("list")) !== null;

export const mouse: Hands = {
  press: (target) => target.click(),
  type: (target, text) => target.fill(text),
  choose: async (target, label) => {
    if (await isText(target)) {
      await target.fill(label);
      await target.blur();
    } else await target.selectOption({ label });
  },
  answer: (target) => target.check(),
};

/** More presses of Tab than any page has stops: an element that was not reached by then cannot be. */
const STOPS = 400;
/** From so many stops before an element on, each stop is looked at. */
const NEAR = 4;

/** How many stops lie between what has the focus and an element, as far as a page tells: negative where it lies before. */
function stopsTo(element: Element): number {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex]";
  const stops = [...document.querySelectorAll<HTMLElement>(kinds)].filter(
    (stop) => stop.tabIndex >= 0 && !stop.matches(":disabled, [type=hidden], [type=radio]:not(:checked)") && stop.checkVisibility({ visibilityProperty: true }),
  );
  const now = document.activeElement ?? document.body;
  const here = stops.indexOf(now as HTMLElement);
  if (here >= 0) return stops.indexOf(element as HTMLElement) - here;
  // Where nothing has the focus, a browser goes on from where it was last.
  const before = now !== document.body && (now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  return before ? -1 : 0;
}

/** Moves the focus to an element as a keyboard does, which fails where it cannot be reached or its focus is not seen. */
async function reach(target: Locator): Promise<void> {
  const page = target.page();
  const focused = () => target.evaluate((element) => element === document.activeElement);
  await target.waitFor({ state: "visible" });
  // Elements before the one that has the focus are reached backwards, as people do.
  const far = await target.evaluate(stopsTo);
  const key = far < 0 ? "Shift+Tab" : "Tab";
  // Most of the way in one go, and the rest stop by stop: a browser may count a few more or less.
  for (let stop = NEAR; stop < Math.abs(far); stop += 1) await page.keyboard.press(key);
  for (let stops = 0; stops < STOPS && !(await focused()); stops += 1) await page.keyboard.press(key);
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
    // What is drawn anew may have taken the focus away meanwhile; then nothing would be pressed.
    await expect(target).toBeFocused();
    await target.page().keyboard.press("Enter");
  },
  type: async (target, text) => {
    await reach(target);
    await target.page().keyboard.press("ControlOrMeta+A");
    await target.page().keyboard.type(text);
  },
  choose: async (target, label) => {
    await reach(target);
    if (await isText(target)) {
      await target.page().keyboard.press("ControlOrMeta+A");
      await target.page().keyboard.type(label);
      await target.page().keyboard.press("Tab");
      return;
    }
    // Typing on a list that is closed chooses the first entry that begins so. A list forgets letters that come late, so no more
    // of them are typed than it takes.
    for (const letter of label) {
      if ((await target.locator("option:checked").textContent()) === label) break;
      await target.page().keyboard.type(letter);
    }
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
