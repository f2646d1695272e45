// Buttons, menus, inputs and modals: what a person does becomes a call to /_control.
import { fragment } from "./morph.js";

const body = document.body;

/** Call the local Slack as the person whom this page acts for; null when it is away. */
export async function post(order, facts) {
  try {
    const sent = JSON.stringify({ user: body.dataset.user, ...facts });
    return await (await fetch(`/_control/${order}`, { method: "POST", body: sent })).json();
  } catch {
    return null;
  }
}

/** A short note at the edge of the page. */
export function toast(text) {
  const note = document.createElement("div");
  note.textContent = text;
  document.getElementById("toast").append(note);
  setTimeout(() => note.remove(), 6000);
  return note;
}

function valueOf(element) {
  const kind = element.dataset.type;
  if (kind === "button" || kind === "overflow") return element.dataset.value ?? null;
  if (kind === "checkboxes") return [...element.querySelectorAll(":checked")].map((box) => box.value);
  if (kind === "radio_buttons") return element.querySelector(":checked")?.value ?? null;
  if (element.multiple) return [...element.selectedOptions].map((option) => option.value);
  if (kind === "datetimepicker") return element.value ? Math.floor(new Date(element.value) / 1000) : null;
  return element.value || null;
}

function stateOf(root) {
  const state = {};
  for (const element of root.querySelectorAll("[data-action]")) {
    if (["button", "overflow"].includes(element.dataset.type)) continue;
    (state[element.dataset.inBlock] ??= {})[element.dataset.action] = valueOf(element);
  }
  return state;
}

function placeOf(element) {
  const view = element.closest("[data-view]");
  if (view) return { view_id: view.dataset.view, state: stateOf(view) };
  const message = element.closest("article");
  return { channel: body.dataset.channel, ts: message.dataset.ts, state: stateOf(message) };
}

function confirmed(asked, html) {
  const dialog = document.getElementById("confirm");
  const make = (tag, text, kind = "") => Object.assign(document.createElement(tag), { textContent: text, className: kind });
  return new Promise((answer) => {
    const title = Object.assign(make("h2", asked.title?.text ?? "Are you sure?"), { id: "confirm-title" });
    const no = make("button", asked.deny?.text ?? "Cancel", "btn");
    const yes = make("button", asked.confirm?.text ?? "Yes", `btn ${asked.style ?? "primary"}`);
    const row = make("div", "", "actions-row");
    row.append(no, yes);
    const text = make("p", "");
    text.innerHTML = html; // drawn and escaped by the server
    dialog.replaceChildren(title, text, row);
    dialog.onclose = () => answer(dialog.returnValue === "yes");
    dialog.returnValue = "";
    no.onclick = () => dialog.close("no");
    yes.onclick = () => dialog.close("yes");
    dialog.showModal();
  });
}

async function act(element) {
  if (element.closest("[data-view]") && element.closest(".block.kind-input")) return; // it waits for the submit button
  if (element.dataset.confirm && !(await confirmed(JSON.parse(element.dataset.confirm), element.dataset.confirmHtml))) return;
  if (element.dataset.url) window.open(element.dataset.url, "_blank", "noopener");
  element.closest("details")?.removeAttribute("open");
  const place = placeOf(element);
  element.classList.add("busy");
  element.setAttribute("aria-busy", "true");
  element.disabled = true;
  const answer = await post("click", {
    ...place, action_id: element.dataset.action, block_id: element.dataset.inBlock, value: valueOf(element),
  });
  element.classList.remove("busy");
  element.removeAttribute("aria-busy");
  element.disabled = false;
  if (!answer) toast("Not sent: the local Slack is not running.");
  else if (!answer.ok && answer.status === undefined) toast(answer.error);
}

async function submit(form) {
  const button = form.querySelector("[data-submit]");
  button.classList.add("busy");
  button.disabled = true;
  await post("submit", { view_id: form.dataset.view, values: stateOf(form) });
  button.classList.remove("busy");
  button.disabled = false;
}

function restore(root, state) {
  for (const element of root.querySelectorAll("[data-action]")) {
    const value = state[element.dataset.inBlock]?.[element.dataset.action];
    if (value === undefined || value === null) continue;
    if (element.matches(".choices")) {
      for (const box of element.querySelectorAll("input")) box.checked = [].concat(value).includes(box.value);
    } else if (element.multiple) {
      for (const option of element.options) option.selected = value.includes(option.value);
    } else if (!["button", "overflow"].includes(element.dataset.type)) element.value = value;
  }
}

async function refreshView(container, path) {
  if (!container) return;
  const html = await fragment(path, { u: body.dataset.user });
  if (html === null || container.drawn === html.trim()) return;
  const before = container.querySelector("[data-view]");
  const state = before ? stateOf(before) : {}, name = before?.dataset.view;
  container.drawn = html.trim();
  container.innerHTML = html;
  const now = container.querySelector("[data-view]");
  if (now && now.dataset.view === name) restore(now, state);
  else now?.querySelector("input, textarea, select")?.focus();
}

export const refreshModal = () => refreshView(document.getElementById("modal"), "/ui/modal");
export const refreshHome = () => refreshView(document.getElementById("home"), "/ui/home");

/** Listen for what people do with elements. */
export function bindActions() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    if (button) act(button);
    const open = event.target.closest("details.overflow");
    for (const menu of document.querySelectorAll("details.overflow[open]")) if (menu !== open) menu.open = false;
    const closer = event.target.closest("[data-close]");
    if (closer) post("close", { view_id: closer.closest("[data-view]").dataset.view });
  });
  document.addEventListener("change", (event) => {
    const element = event.target.closest("[data-action]");
    if (element && element.tagName !== "BUTTON") act(element);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.modal");
    if (!form) return;
    event.preventDefault();
    submit(form);
  });
  document.addEventListener("keydown", (event) => {
    const form = document.querySelector("form.modal");
    if (event.key === "Escape" && form) post("close", { view_id: form.dataset.view });
  });
}
