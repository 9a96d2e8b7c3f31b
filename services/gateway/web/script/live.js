// Live updates: rows and texts as they change; after a lost connection the regions are fetched again.
import { showUnread, soon } from "./reading.js";
import { fetchRegions, openConversation, wasShown } from "./regions.js";
import { isAtEnd, putItem, scrollToEnd, thread } from "./thread.js";

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
    else fetchRegions(undefined, true);
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
  const wasAtEnd = isAtEnd();
  const added = showChange(event);
  wasShown(() => showChange(event));
  if (event.conversation_id !== openConversation()) return;
  for (const item of added) if (item.dataset.direction === "inbound") announce(item);
  if (added.length && wasAtEnd) scrollToEnd();
  else if (added.length) offerToScroll();
  if (event.composer) fetchRegions(["head", "composer", "scheduled"]);
  soon();
}

// Returns the texts and markers that are new in the thread.
function showChange(event) {
  showUnread(event.unread_conversations);
  changeRow(event);
  if (event.conversation_id !== openConversation() || thread()?.dataset.newest !== "yes") return [];
  return event.items.map(({ html }) => fragment(html)).filter(putItem);
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
  const takeRowAway = () => document.getElementById(`conversation-${event.conversation_id}`)?.remove();
  takeRowAway();
  wasShown(takeRowAway);
  if (event.conversation_id === openConversation()) window.location.assign("/conversations");
  else fetchRegions(["list"]); // with the count of what is unread now
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
