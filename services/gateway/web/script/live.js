// Live updates: rows and texts as they change; after a lost connection the regions are fetched again.
import htmx from "htmx.org";
import { show } from "./composer.js";
import { showUnread, soon } from "./reading.js";
import { isAtEnd, putItem, scrollToEnd, thread } from "./thread.js";

const openConversation = () => document.querySelector("[data-open-conversation]")?.dataset.openConversation;
let hadConnection = false;

export function followLive() {
  const address = document.body.dataset.live;
  if (!address) return;
  if (!("SharedWorker" in window)) return followAlone(address);
  const worker = new SharedWorker(document.body.dataset.streamWorker, { type: "module", name: "clientcomm-live" });
  worker.port.onmessage = ({ data }) => receive(data.name, data.data, data.isRepeated);
  worker.port.postMessage({ address });
  window.addEventListener("pagehide", () => worker.port.postMessage({ leave: true }));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    worker.port.postMessage({ address });
    fetchRegions();
  });
}

function followAlone(address) {
  const source = new EventSource(address);
  for (const name of ["hello", "conversation", "removed", "refresh", "signed_out"]) {
    source.addEventListener(name, (event) => receive(name, event.data));
  }
  source.onerror = () => receive("lost");
}

function receive(name, data, isRepeated = false) {
  const event = data ? JSON.parse(data) : {};
  const banner = document.querySelector("[data-connection]");
  if (name === "lost") {
    banner.hidden = false;
    return;
  }
  banner.hidden = true;
  if (name === "hello") {
    // What came between the making of the page and its stream is fetched, if there was anything.
    if (hadConnection && !isRepeated) fetchRegions();
    else fetchRegions(undefined, asShown());
    hadConnection = true;
  } else if (name === "conversation") conversationChanged(event);
  else if (name === "removed") conversationRemoved(event);
  else if (name === "refresh") fetchRegions();
  else if (name === "signed_out") window.location.assign("/sign-in?notice=session_ended");
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function conversationChanged(event) {
  showUnread(event.unread_conversations);
  changeRow(event);
  if (event.conversation_id !== openConversation()) return;
  const wasAtEnd = isAtEnd();
  let isNew = false;
  if (thread()?.dataset.newest === "yes") {
    for (const { html } of event.items) {
      const item = fragment(html);
      const isAdded = putItem(item);
      if (isAdded && item.dataset.direction === "inbound") announce(item);
      isNew ||= isAdded;
    }
  }
  if (isNew && wasAtEnd) scrollToEnd();
  else if (isNew) offerToScroll();
  if (event.composer) fetchRegions(["head", "composer", "scheduled"]);
  soon();
}

function changeRow(event) {
  const rows = document.getElementById("list-rows");
  if (!rows) return;
  const standing = document.getElementById(`conversation-${event.conversation_id}`);
  if (standing && Number(standing.dataset.sequence) > event.sequence) return;
  if (!standing && (rows.dataset.isLive !== "yes" || rows.dataset.box !== event.box)) return;
  const row = fragment(event.row);
  const link = row.querySelector("a");
  if (rows.dataset.query && !link.search) link.search = rows.dataset.query;
  if (event.conversation_id === openConversation()) link.setAttribute("aria-current", "true");
  const isFocused = standing?.contains(document.activeElement);
  const hasNewUnread = Number(row.dataset.unread) > Number(standing?.dataset.unread ?? 0);
  if (standing && !hasNewUnread) standing.replaceWith(row);
  else if (rows.dataset.isLive === "yes") {
    standing?.remove();
    rows.prepend(row);
  } else standing.replaceWith(row);
  if (isFocused) link.focus({ preventScroll: true });
  rows.hidden = false;
  document.querySelector("[data-empty]")?.remove();
}

function conversationRemoved(event) {
  showUnread(event.unread_conversations);
  document.getElementById(`conversation-${event.conversation_id}`)?.remove();
  if (event.conversation_id === openConversation()) window.location.assign("/conversations");
}

function announce(item) {
  const place = document.querySelector("[data-announce]");
  const text = item.querySelector(".text__bubble").textContent.trim();
  if (place) place.textContent = place.dataset.words.replace("%s", text);
}

function offerToScroll() {
  const offer = document.querySelector("[data-new-below]");
  if (!offer) return;
  offer.hidden = false;
  offer.querySelector("button").onclick = scrollToEnd;
}

function asShown() {
  const unread = document.querySelector("[data-unread-total]")?.textContent.trim() || "0";
  const isNewest = thread()?.dataset.newest === "yes";
  const shown = { unread_shown: unread };
  return isNewest ? { ...shown, sequence: thread().dataset.sequence } : shown;
}

async function fetchRegions(wanted = ["list", "head", "thread", "composer", "scheduled"], shown = {}) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(shown)) query.set(name, value);
  const conversation = openConversation();
  if (conversation) query.set("conversation", conversation);
  const answer = await fetch(`/live/regions?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status !== 200) return;
  const regions = await answer.json();
  showUnread(regions.unread_conversations);
  const wasAtEnd = isAtEnd();
  if (wanted.includes("list") && document.querySelector(".list-pane")) replace("list", regions.list);
  if (wanted.includes("head")) replace("conversation-head", regions.head);
  if (wanted.includes("thread")) replace("thread-region", regions.thread);
  if (wanted.includes("scheduled")) replace("scheduled", regions.scheduled);
  if (wanted.includes("composer")) replaceComposer(regions.composer);
  if (wasAtEnd && conversation) scrollToEnd();
  soon();
}

function replace(id, html) {
  const place = document.getElementById(id);
  if (!place || html === undefined || place.contains(document.activeElement) && place.id === "list") return;
  place.innerHTML = html;
  htmx.process(place);
}

// What is being written stays, unless writing is no longer allowed.
function replaceComposer(html) {
  const place = document.getElementById("composer");
  if (!place || html === undefined) return;
  const typed = document.getElementById("composer-body")?.value ?? "";
  const key = place.querySelector("[name=repeat_key]")?.value;
  const hadFocus = place.contains(document.activeElement);
  replace("composer", html);
  const field = document.getElementById("composer-body");
  if (!field) return;
  field.value = typed;
  if (key) place.querySelector("[name=repeat_key]").value = key;
  show(field);
  if (hadFocus) field.focus();
}
