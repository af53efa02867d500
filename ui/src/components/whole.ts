/**
 * Words that may be shortened with an ellipsis say themselves whole in a tooltip while they are. Use as an attachment:
 * `<span class="name" {@attach whole}>`, on the element that shortens them.
 */
export function whole(element: HTMLElement): () => void {
  const look = (): void => {
    const short = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 2;
    if (short) {
      element.title = element.textContent.trim().replace(/\s+/g, " ");
    } else {
      element.removeAttribute("title");
    }
  };
  const sizes = new ResizeObserver(look);
  const changes = new MutationObserver(look);
  sizes.observe(element);
  changes.observe(element, { childList: true, characterData: true, subtree: true });
  look();
  return () => {
    sizes.disconnect();
    changes.disconnect();
  };
}
