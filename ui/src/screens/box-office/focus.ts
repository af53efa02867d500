/** Where the focus stays, so that Enter goes on being "go on" after a press with the mouse or a finger. */

/** Put on what holds the buttons: pressing one leaves the focus where it is, and takes it out of a text field. */
export function keepFocus(element: Element): () => void {
  const keep = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest("button") !== null) {
      event.preventDefault();
      if (document.activeElement instanceof HTMLInputElement) {
        document.activeElement.blur();
      }
    }
  };
  element.addEventListener("mousedown", keep);
  return () => {
    element.removeEventListener("mousedown", keep);
  };
}
