// Sets the text size as the program does, and answers when the page has been laid out for it.
const [scale, direction, done] = arguments;
window.wicketTextScale = scale;
window.dispatchEvent(new Event("wicket-text-scale"));
document.documentElement.dir = direction;
const frame = () => new Promise((next) => requestAnimationFrame(next));
document.fonts.ready
  .then(frame)
  .then(frame)
  .then(() => Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime < 5000).map((one) => one.finished.catch(() => undefined))))
  .then(frame)
  .then(() => done([window.innerWidth, window.innerHeight]));
