// In every page under measurement: when did something happen, by the page's own clock?
window.bench = {
  // The moment of the next event of this kind, as the browser stamped it.
  next: (kind) => new Promise((resolve) =>
    document.addEventListener(kind, (event) => resolve(event.timeStamp), { capture: true, once: true })),

  // The moment of the first change of the page after which `holds()` is true.
  when: (holds) => new Promise((resolve) => {
    const look = () => {
      if (!holds()) return false;
      observer.disconnect();
      resolve(performance.now());
      return true;
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  }),

  // The same moment, but of the frame in which it is painted.
  painted: (moment) => moment.then(() => new Promise((resolve) => requestAnimationFrame(resolve))),

  // The same promise, but broken where nothing has come of it for two minutes.
  inTime: (promise) => Promise.race([promise, new Promise((_, reject) =>
    setTimeout(reject, 120000, new Error("what was waited for did not happen in two minutes")))]),

  texts: (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent),

  // The elements that are drawn: of some size, not hidden, not transparent. (A page may have to be scrolled to see them.)
  visible: (selector) => [...document.querySelectorAll(selector)].filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && width > 0 && height > 0;
  }),
};
