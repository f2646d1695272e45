// Bring a container up to date with a fragment, touching only what has changed.

const drawn = new WeakMap(); // element → the HTML it was drawn from

/** Replace, insert and remove children by their data-key; the rest keeps its focus, scroll and state. */
export function morph(container, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  let added = 0;
  for (const fresh of [...template.content.children]) {
    const before = old.get(fresh.dataset.key);
    old.delete(fresh.dataset.key);
    const source = fresh.outerHTML;
    if (before && drawn.get(before) === source) {
      if (before === place) place = place.nextElementSibling;
      else container.insertBefore(before, place);
      continue;
    }
    if (before) {
      if (before === place) place = place.nextElementSibling;
      keepState(before, fresh);
      before.remove();
    } else added += 1;
    drawn.set(fresh, source);
    container.insertBefore(fresh, place);
  }
  for (const gone of old.values()) gone.remove();
  return added;
}

function keepState(before, fresh) {
  const inside = before.querySelector("[data-action]:focus");
  if (inside) {
    const same = `[data-action="${CSS.escape(inside.dataset.action)}"]`;
    queueMicrotask(() => fresh.querySelector(same)?.focus({ preventScroll: true }));
  }
  if (before.open) fresh.open = true;
}

/** Fetch a fragment; null when the server is away. */
export async function fragment(path, query) {
  try {
    const response = await fetch(`${path}?${new URLSearchParams(query)}`);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Run `work` soon, once for a burst of calls, and never twice at a time. */
export function coalesced(work) {
  let running = false, again = false;
  return async function run() {
    if (running) { again = true; return; }
    running = true;
    await new Promise((done) => setTimeout(done, 15));
    await work();
    running = false;
    if (again) { again = false; run(); }
  };
}
