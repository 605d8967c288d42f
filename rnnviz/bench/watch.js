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

  texts: (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent),

  // The elements that a person sees without scrolling.
  inSight: (selector) => [...document.querySelectorAll(selector)].filter((element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      && box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight;
  }),
};
