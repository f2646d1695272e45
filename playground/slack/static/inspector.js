// The list of calls, newest first, kept up to date.
import { coalesced, fragment, morph } from "./morph.js";

const calls = document.getElementById("calls"), filter = document.getElementById("filter");

function sift() {
  for (const call of calls.querySelectorAll(".call")) {
    const shown = !filter.value || call.dataset.direction === filter.value
      || (filter.value === "failed" && call.classList.contains("failed"));
    call.hidden = !shown;
  }
}

const refresh = coalesced(async () => {
  const html = await fragment("/ui/calls", {});
  if (html === null) return;
  morph(calls, html);
  sift();
});

filter.onchange = sift;
const news = new EventSource("/ui/events");
for (const topic of ["hello", "log", "reset"]) news.addEventListener(topic, refresh);
