// The message boxes: Enter sends, Shift+Enter makes a line, "/" offers the command.
import { post, toast } from "./actions.js";

const HINTS = ["help", "pending", "models", "status"];

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
}

function hint(form, box) {
  const list = form.querySelector(".hint");
  if (!list) return;
  const command = document.body.dataset.command, typed = box.value;
  const wanted = typed.startsWith("/") && !typed.includes("\n");
  const offers = HINTS.map((word) => `${command} ${word}`).filter((line) => line.startsWith(typed) && line !== typed);
  list.hidden = !wanted || !offers.length;
  list.replaceChildren(...offers.map((line) => {
    const item = document.createElement("button");
    item.type = "button";
    item.setAttribute("role", "option");
    item.textContent = line;
    item.onclick = () => { box.value = line; box.focus(); changed(form, box); };
    return item;
  }));
}

function changed(form, box) {
  grow(box);
  hint(form, box);
  form.querySelector(".send").disabled = !box.value.trim();
}

async function send(form, box, sent) {
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  changed(form, box);
  const body = document.body.dataset;
  const thread = form.hasAttribute("data-in-thread") ? { thread_ts: body.thread } : {};
  const waiting = text.startsWith("/") ? toast("Sending the command…") : null;
  const answer = await post("say", { channel: body.channel, text, ...thread });
  waiting?.remove();
  if (!answer) { box.value = text; changed(form, box); toast("Not sent: the local Slack is not running."); return; }
  sent(form);
}

/** Make every composer work; `sent` is told when a message is out. */
export function bindComposers(sent) {
  for (const form of document.querySelectorAll("[data-composer]")) {
    const box = form.querySelector("textarea");
    box.addEventListener("input", () => changed(form, box));
    box.addEventListener("keydown", (event) => {
      const offer = form.querySelector(".hint:not([hidden]) button");
      if (event.key === "Tab" && offer) { event.preventDefault(); offer.click(); }
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send(form, box, sent);
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form, box, sent); });
  }
}
