// Shows a new order of a list so that the eye can follow: what stays moves to its new place.

const duration = 320;

/** Puts items in a list; those with the `data-id` of one that was there slide from its place. */
export function slide(list, items) {
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const before = new Map(isCalm ? [] : [...list.children].map((item) => [
    item.dataset.id,
    item.getBoundingClientRect().top,
  ]));
  list.replaceChildren(...items);
  if (before.size === 0) return;
  for (const item of items) {
    const now = item.getBoundingClientRect().top;
    const past = before.get(item.dataset.id);
    // Nobody sees what happens far from the window.
    if (Math.min(now, past ?? now) > window.innerHeight * 1.5) continue;
    if (past === undefined) {
      item.animate([{ opacity: 0 }, { opacity: 1 }], { duration, easing: 'ease-out' });
    } else if (Math.abs(past - now) > 1) {
      item.animate(
        [{ transform: `translateY(${past - now}px)` }, { transform: 'none' }],
        { duration, easing: 'cubic-bezier(0.2, 0, 0, 1)' },
      );
    }
  }
}
