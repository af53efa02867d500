// Says what a person cannot see or press on this screen, a sentence each; an empty list where all is well. The test runs
// it inside a function in the page. `strict`: a dialog must show all of its controls without scrolling.
const size = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
const faults = new Set();
/** A finger's width. */
const least = 48;
/** What fractions of a pixel leave. */
const slack = 1.5;

const name = (element) => {
  const id = element.closest("[data-testid]")?.dataset.testid;
  const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 48);
  return `${element.tagName.toLowerCase()}${id === undefined ? "" : `#${id}`} “${words}”`;
};
const plain = (text) => text.trim().replace(/\s+/g, " ");
const round = (box) => `${Math.round(box.width)} x ${Math.round(box.height)} at ${Math.round(box.left)}, ${Math.round(box.top)}`;
const styles = new Map();
const styleOf = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);

/** Whether a person may meet it now: drawn, and not under what covers the screen. */
function present(element) {
  if (element.closest("[inert], [aria-hidden=true], .unseen") !== null) {
    return false;
  }
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && styleOf(element).visibility !== "hidden" && element.checkVisibility?.({ opacityProperty: true }) !== false;
}

/** The part of a box that no ancestor cuts off, and the nearest ancestor that scrolls. */
function seen(element) {
  let { left, top, right, bottom } = element.getBoundingClientRect();
  let scroller = null;
  const fixed = styleOf(element).position === "fixed";
  for (let one = element.parentElement; one !== null && one !== document.body && !fixed; one = one.parentElement) {
    const style = styleOf(one);
    const cuts = (overflow) => overflow !== "visible";
    if (cuts(style.overflowX) || cuts(style.overflowY)) {
      const box = one.getBoundingClientRect();
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
      const scrolls = /auto|scroll/.test(style.overflowY) && one.scrollHeight > one.clientHeight + slack;
      scroller ??= scrolls ? one : null;
    }
    if (style.position === "fixed") {
      break;
    }
  }
  return { left, top, right, bottom, width: right - left, height: bottom - top, scroller };
}

const dialog = document.querySelector("[role=listbox]") ?? document.querySelector("[role=dialog][data-state=open], [role=alertdialog]");
const ground = dialog ?? document.body;
const controlsOf = (within) => [...within.querySelectorAll("button, input, textarea, select, a[href], [role=option], [role=menuitem], [tabindex='0']")].filter(present);
const controls = controlsOf(ground);

for (const control of controls) {
  const box = control.getBoundingClientRect();
  const clear = seen(control);
  if (control.disabled || control.matches("canvas, [role=dialog]")) {
    continue;
  }
  if (strict && dialog !== null && !control.matches("[role=option]") && (clear.height < box.height - slack || clear.width < box.width - slack)) {
    faults.add(`Not wholly inside its dialog: ${name(control)}, ${round(box)}, of it ${round(clear)} in sight.`);
    continue;
  }
  // In a list that scrolls, only what stands in sight is judged. The pad is no list.
  if (control.closest(".pad") !== null && clear.height < box.height - slack) {
    faults.add(`A key of the pad has to be scrolled to: ${name(control)}.`);
    continue;
  }
  if (clear.scroller !== null && (clear.height < box.height - slack || clear.width < box.width - slack)) {
    if (dialog === null && control.closest("ul, ol, table") === null) {
      faults.add(`Below the fold: ${name(control)}, ${round(box)}.`);
    }
    if (control.matches(".primary")) {
      faults.add(`The primary action has to be scrolled to: ${name(control)}.`);
    }
    continue;
  }
  const target = control.matches("input") ? control.closest(".field-box") ?? control : control;
  const height = target.getBoundingClientRect().height;
  if (height < least - slack || box.width < least - slack) {
    faults.add(`Too small to press: ${name(control)}, ${round(target.getBoundingClientRect())}.`);
  }
  if (box.left < -slack || box.top < -slack || box.right > size.width + slack || box.bottom > size.height + slack) {
    faults.add(`Outside of the window: ${name(control)}, ${round(box)}.`);
    continue;
  }
  if (clear.width < box.width - slack || clear.height < box.height - slack) {
    faults.add(`Cut off: ${name(control)}, ${round(box)}, of it ${round(clear)} in sight.`);
    continue;
  }
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const met = document.elementFromPoint(x, y);
  // Toasts go by themselves, and what covers the gate is a verdict.
  if (met?.closest("[aria-live], .overlay") != null && control.closest("[aria-live], .overlay") === null) {
    continue;
  }
  if (met !== null && !control.contains(met) && !met.contains(control) && met.closest("button, [role=dialog], label, section, div") !== null) {
    faults.add(`Covered: ${name(control)} by ${name(met)}.`);
  }
  if (met !== null && met !== control && met.contains(control) && !control.matches("input")) {
    faults.add(`Not met at its own center: ${name(control)}, there is ${name(met)}.`);
  }
}

// Two controls that share pixels.
const flat = controls.filter((one) => !one.matches("canvas, [role=dialog]"));
for (let first = 0; first < flat.length; first += 1) {
  for (let second = first + 1; second < flat.length; second += 1) {
    const [one, other] = [flat[first], flat[second]];
    if (one.contains(other) || other.contains(one)) {
      continue;
    }
    const [a, b] = [seen(one), seen(other)];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const within = one.closest(".field-box") !== null && one.closest(".field-box") === other.closest(".field-box");
    if (across > 2 && along > 2 && !within && layerOf(one) === layerOf(other)) {
      faults.add(`Overlap: ${name(one)} and ${name(other)}.`);
    }
  }
}

/** What lies over other things on purpose, and holds this; the ground itself where nothing does. */
function layerOf(element) {
  for (let one = element; one !== null && one !== ground; one = one.parentElement) {
    if (styleOf(one).position === "fixed" || one.matches(".overlay, .seat-map, [data-testid=seat-map]")) {
      return one;
    }
  }
  return ground;
}

// Words that are cut: without an ellipsis always, with one unless a title or a name says them whole.
const walker = document.createTreeWalker(ground, NodeFilter.SHOW_TEXT);
for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
  const element = text.parentElement;
  if (element === null || text.data.trim() === "" || element.closest("script, style, canvas, svg") !== null || !present(element)) {
    continue;
  }
  const range = document.createRange();
  range.selectNodeContents(text);
  const words = range.getBoundingClientRect();
  if (words.width === 0 || words.height === 0) {
    continue;
  }
  let scrolled = false;
  for (let one = element; one !== null && one !== document.documentElement; one = one.parentElement) {
    const style = styleOf(one);
    const box = one.getBoundingClientRect();
    const inside = { left: box.left + one.clientLeft, top: box.top + one.clientTop };
    const [right, bottom] = [inside.left + one.clientWidth, inside.top + one.clientHeight];
    const inline = style.display === "inline";
    const outX = !inline && (words.left < inside.left - slack || words.right > right + slack);
    const outY = !inline && (words.top < inside.top - 3 || words.bottom > bottom + 3);
    const cutX = outX && style.overflowX !== "visible";
    const cutY = outY && style.overflowY !== "visible";
    // What leaves a list that scrolls is not outside of the window, even where it leaves by less than is cut off.
    const leaves = !inline && (words.top < inside.top - slack || words.bottom > bottom + slack);
    scrolled ||= (cutX && /auto|scroll/.test(style.overflowX)) || (leaves && /auto|scroll/.test(style.overflowY));
    if (scrolled) {
      break;
    }
    if (cutX && style.textOverflow === "ellipsis") {
      const whole = one.closest("[title], [aria-label]");
      if (element.closest("[data-amount]") !== null) {
        faults.add(`Half an amount: “${text.data.trim()}”.`);
      } else if (whole === null || !(whole.getAttribute("title") ?? whole.getAttribute("aria-label") ?? "").includes(plain(text.data))) {
        faults.add(`Shortened and nowhere whole: “${text.data.trim().slice(0, 60)}”.`);
      }
      scrolled = true;
      break;
    }
    if (cutX || cutY) {
      faults.add(`Cut off: “${text.data.trim().slice(0, 60)}” in ${name(one)}, ${Math.round(words.width)} x ${Math.round(words.height)} in ${Math.round(one.clientWidth)} x ${Math.round(one.clientHeight)}.`);
      scrolled = true;
      break;
    }
    if (style.position === "fixed") {
      break;
    }
  }
  if (!scrolled && (words.right > size.width + slack || words.left < -slack || words.bottom > size.height + slack || words.top < -slack)) {
    faults.add(`Outside of the window: “${text.data.trim().slice(0, 60)}”.`);
  }
  // Words that run out of the box that a person sees around them.
  const box = element.closest("button, .chip, [role=status], li, td, th, dd, output");
  if (!scrolled && box !== null && styleOf(box).display !== "inline") {
    const edge = box.getBoundingClientRect();
    if (words.right > edge.right + slack || words.left < edge.left - slack || words.bottom > edge.bottom + 3 || words.top < edge.top - 3) {
      faults.add(`Runs out of its box: “${text.data.trim().slice(0, 60)}” of ${name(box)}.`);
    }
  }
}

// Words over words.
const lines = [];
const again = document.createTreeWalker(ground, NodeFilter.SHOW_TEXT);
for (let text = again.nextNode(); text !== null; text = again.nextNode()) {
  const element = text.parentElement;
  if (element === null || text.data.trim() === "" || element.closest("script, style, svg") !== null || !present(element)) {
    continue;
  }
  const clear = seen(element);
  const layer = layerOf(element);
  const range = document.createRange();
  range.selectNodeContents(text);
  for (const box of range.getClientRects()) {
    const left = Math.max(box.left, clear.left);
    const right = Math.min(box.right, clear.right);
    const top = Math.max(box.top, clear.top);
    const bottom = Math.min(box.bottom, clear.bottom);
    if (right - left > 2 && bottom - top > 2) {
      lines.push({ left, right, top, bottom, text: text.data.trim().slice(0, 40), element, layer });
    }
  }
}
for (let first = 0; first < lines.length; first += 1) {
  for (let second = first + 1; second < lines.length; second += 1) {
    const [a, b] = [lines[first], lines[second]];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (a.layer === b.layer && across > 3 && along > 0.4 * Math.min(a.bottom - a.top, b.bottom - b.top) && a.element !== b.element) {
      faults.add(`Words over words: “${a.text}” and “${b.text}”.`);
    }
  }
}

// The action the screen is for.
const primary = [...ground.querySelectorAll("button.primary")].filter(present);
for (const button of primary) {
  const clear = seen(button);
  const box = button.getBoundingClientRect();
  if (clear.width < box.width - slack || clear.height < box.height - slack || box.bottom > size.height + slack) {
    faults.add(`The primary action is not wholly in sight: ${name(button)}, ${round(box)}.`);
  }
}
const page = document.scrollingElement;
if (dialog === null && page.scrollWidth > size.width + slack || dialog === null && page.scrollHeight > size.height + slack) {
  faults.add(`The page is larger than the window: ${page.scrollWidth} x ${page.scrollHeight}.`);
}
// One heading says which page this is, also under a dialog.
const headings = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility?.() !== false);
if (headings.length !== 1) {
  faults.add(`${headings.length} headings of the first rank: ${headings.map(name).join(", ")}.`);
}
return [...faults];
