/**
 * What scrolls and holds nothing to focus is focusable itself, so that the keyboard scrolls it too. `data-scrolls` tells
 * the styles that it scrolls. Use as an attachment: `<ul {@attach scrollable}>`.
 */

const focusable = "a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex='0']";

export function scrollable(region: HTMLElement): () => void {
  const look = (): void => {
    const scrolls = region.scrollHeight > region.clientHeight + 1;
    region.toggleAttribute("data-scrolls", scrolls);
    if (scrolls && region.querySelector(focusable) === null) {
      region.tabIndex = 0;
    } else {
      region.removeAttribute("tabindex");
    }
  };
  const sizes = new ResizeObserver(look);
  const changes = new MutationObserver(look);
  sizes.observe(region);
  changes.observe(region, { childList: true, subtree: true });
  look();
  return () => {
    sizes.disconnect();
    changes.disconnect();
  };
}
