// The frame: news from the server, the two message lists, the drawer and the thread pane.
import { bindActions, refreshModal, refreshHome } from "./actions.js";
import { bindComposers } from "./composer.js";
import { coalesced, fragment, morph } from "./morph.js";

const body = document.body;
const byId = (id) => document.getElementById(id);
const viewer = body.dataset.user, channel = body.dataset.channel;
const NEAR_END = 80; // px: so near the end, new messages are followed

function atEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
}

function toEnd(list) {
  list.scrollTop = list.scrollHeight;
}

async function refresh(list, path, query) {
  const html = await fragment(path, { u: viewer, c: channel, ...query });
  if (html === null) return;
  const first = !list.children.length, follow = first || atEnd(list);
  const added = morph(list, html);
  if (follow) toEnd(list);
  else if (added && list.id === "messages") byId("newer").hidden = false;
  if (first) focusMessage(list);
}

function focusMessage(list) {
  const wanted = body.dataset.focus;
  const found = wanted && list.querySelector(`[data-ts="${CSS.escape(wanted)}"]`);
  if (!found) return;
  found.classList.add("focused");
  found.scrollIntoView({ block: "center" });
}

const refreshChannel = coalesced(async () => {
  if (byId("messages")) await refresh(byId("messages"), "/ui/channel", {});
});
const refreshThread = coalesced(async () => {
  if (body.dataset.thread) await refresh(byId("replies"), "/ui/thread", { t: body.dataset.thread });
});

function openThread(ts) {
  if (body.dataset.thread !== ts) byId("replies").replaceChildren();
  body.dataset.thread = ts;
  byId("thread").hidden = !ts;
  const url = new URL(location.href);
  if (ts) url.searchParams.set("t", ts);
  else url.searchParams.delete("t");
  history.replaceState(null, "", url);
  if (ts) refreshThread();
}

async function refreshRefusals() {
  const html = await fragment("/ui/refusals", { u: viewer });
  if (html === null) return;
  byId("refusals").innerHTML = html;
  const seen = Number(sessionStorage.getItem("dismissed") || 0);
  for (const strip of byId("refusals").children) {
    if (Number(strip.dataset.number) <= seen) strip.hidden = true;
  }
}

function dismiss(button) {
  const strip = button.closest(".refusal");
  const seen = Number(sessionStorage.getItem("dismissed") || 0);
  sessionStorage.setItem("dismissed", Math.max(seen, Number(strip.dataset.number)));
  strip.remove();
}

function drawer(open) {
  body.classList.toggle("drawer", open);
  byId("menu").setAttribute("aria-expanded", String(open));
}

function refreshAll() {
  refreshChannel(); refreshThread(); refreshModal(); refreshHome(); refreshRefusals();
}

function listen() {
  const news = new EventSource("/ui/events");
  const on = (topic, act) => news.addEventListener(topic, (event) => act(JSON.parse(event.data)));
  on("hello", refreshAll);
  on("reset", () => { sessionStorage.removeItem("dismissed"); refreshAll(); });
  on("views", (what) => { if (what.user === viewer) { refreshModal(); refreshHome(); } });
  on("refusal", refreshRefusals);
  on("messages", (what) => {
    if (what.channel === channel) {
      refreshChannel();
      if ([what.ts, what.thread].includes(body.dataset.thread)) refreshThread();
    } else document.querySelector(`#sidebar a[data-place="${CSS.escape(what.channel)}"]`)?.classList.add("unread");
  });
}

function bindFrame() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-thread]");
    if (opener) { openThread(opener.dataset.openThread); byId("reply-text").focus(); }
    const dismissed = event.target.closest("[data-dismiss]");
    if (dismissed) dismiss(dismissed);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { drawer(false); if (!document.querySelector(".overlay, dialog[open]")) openThread(""); }
  });
  byId("close-thread").onclick = () => openThread("");
  byId("menu").onclick = () => drawer(!body.classList.contains("drawer"));
  byId("veil").onclick = () => drawer(false);
  byId("who").onchange = (event) => {
    const direct = channel.startsWith("D");
    const place = direct ? "D" + event.target.value.slice(1) : channel;
    location.search = new URLSearchParams({ u: event.target.value, c: place, ...(body.dataset.home ? { tab: "home" } : {}) });
  };
  const list = byId("messages");
  if (list) {
    byId("newer").onclick = () => toEnd(list);
    list.addEventListener("scroll", () => { if (atEnd(list)) byId("newer").hidden = true; });
    new ResizeObserver(() => { if (list.dataset.end) toEnd(list); }).observe(list);
    list.addEventListener("scroll", () => { list.dataset.end = atEnd(list) ? "1" : ""; });
  }
}

bindFrame();
bindActions();
bindComposers((form) => toEnd(form.hasAttribute("data-in-thread") ? byId("replies") : byId("messages")));
if (body.dataset.thread) openThread(body.dataset.thread);
if (body.dataset.home) {
  fetch("/_control/home", { method: "POST", body: JSON.stringify({ user: viewer }) });
}
if (matchMedia("(min-width: 721px)").matches) byId("composer-text")?.focus();
listen();
