/**
 * A number that is too long for its place becomes smaller until it fits, since half an amount is worse than a small one.
 * Use as an attachment on an element whose words stay on one line.
 */

/** How many boxes around a number may be as wide as the number makes them. */
const around = 4;
/** Times a number is made smaller until it counts as fitting. */
const steps = 4;

/** The boxes that a number stands in, the nearest first; what stands in a line has no width of its own. */
function boxesOf(element: HTMLElement): HTMLElement[] {
  const boxes: HTMLElement[] = [];
  for (let one = element.parentElement; one !== null && one !== document.body && boxes.length < around; one = one.parentElement) {
    if (getComputedStyle(one).display !== "inline") {
      boxes.push(one);
    }
  }
  return boxes;
}

function roomIn(box: HTMLElement): number {
  const style = getComputedStyle(box);
  return box.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
}

export function fit(element: HTMLElement): () => void {
  const boxes = boxesOf(element);
  const look = (): void => {
    element.style.fontSize = "";
    const room = Math.min(...boxes.map(roomIn));
    // Small digits are wider for their height than large ones, so one step may not be enough.
    for (let step = 0; step < steps; step += 1) {
      const needed = Math.max(element.getBoundingClientRect().width, element.scrollWidth);
      if (room <= 0 || needed <= room) {
        return;
      }
      const size = parseFloat(getComputedStyle(element).fontSize);
      element.style.fontSize = `${(size * room) / needed - 0.5}px`;
    }
  };
  const sizes = new ResizeObserver(look);
  const changes = new MutationObserver(look);
  boxes.forEach((box) => {
    sizes.observe(box);
  });
  changes.observe(element, { childList: true, characterData: true, subtree: true });
  look();
  return () => {
    sizes.disconnect();
    changes.disconnect();
  };
}
