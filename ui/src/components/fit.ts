/**
 * A number that is too long for its place becomes smaller until it fits, since half an amount is worse than a small one.
 * Use as an attachment on an element whose words stay on one line.
 */
export function fit(element: HTMLElement): () => void {
  // What stands in a line has no width of its own.
  let place = element.parentElement;
  while (place !== null && getComputedStyle(place).display === "inline") {
    place = place.parentElement;
  }
  const look = (): void => {
    element.style.fontSize = "";
    if (place === null) {
      return;
    }
    const style = getComputedStyle(place);
    const room = place.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
    const needed = element.getBoundingClientRect().width;
    if (room > 0 && needed > room) {
      const size = parseFloat(getComputedStyle(element).fontSize);
      element.style.fontSize = `${(size * room) / needed - 0.5}px`;
    }
  };
  const sizes = new ResizeObserver(look);
  const changes = new MutationObserver(look);
  if (place !== null) {
    sizes.observe(place);
  }
  changes.observe(element, { childList: true, characterData: true, subtree: true });
  look();
  return () => {
    sizes.disconnect();
    changes.disconnect();
  };
}
