// The regions of the page, fetched again: after a lost connection, or where an event says so.
import htmx from "htmx.org";
import { show } from "./composer.js";
import { showUnread, soon } from "./reading.js";
import { isAtEnd, scrollToEnd, thread } from "./thread.js";

const ALL = ["list", "head", "thread", "composer", "scheduled"];
const AGAIN_AFTER = 3000;

export const openConversation = () => document.querySelector("[data-open-conversation]")?.dataset.openConversation;

// One at a time: of two answers under way, the older could come last.
let isUnderWay = false;
let next = null;
let retry = 0;
// What was shown since the question: the answer may not know of it.
let meanwhile = [];

// With `isCatchingUp` only if something came between the making of the page and its stream.
export function fetchRegions(wanted = ALL, isCatchingUp = false) {
  want({ wanted, isCatchingUp });
  if (!isUnderWay) fetchNext();
}

// An event was shown; `again` shows it over an answer that was asked for before.
export function wasShown(again) {
  if (isUnderWay) meanwhile.push(again);
}

function want({ wanted, isCatchingUp }) {
  next = {
    wanted: [...new Set([...(next?.wanted ?? []), ...wanted])],
    isCatchingUp: isCatchingUp && (next?.isCatchingUp ?? true),
  };
}

async function fetchNext() {
  isUnderWay = true;
  clearTimeout(retry);
  while (next) {
    const question = next;
    next = null;
    meanwhile = [];
    const answer = await ask(question.isCatchingUp ? asShown() : {});
    if (answer.isUnavailable) {
      want(question);
      retry = setTimeout(fetchNext, AGAIN_AFTER * (1 + Math.random()));
      break;
    }
    if (!answer.regions) continue;
    put(answer.regions, question.wanted);
    for (const again of meanwhile) again();
    soon();
  }
  isUnderWay = false;
}

async function ask(shown) {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(shown)) query.set(name, value);
  const conversation = openConversation();
  if (conversation) query.set("conversation", conversation);
  try {
    const answer = await fetch(`/live/regions?${query}`, { headers: { Accept: "application/json" } });
    if (answer.status >= 500) return { isUnavailable: true };
    return { regions: answer.status === 200 ? await answer.json() : null };
  } catch {
    return { isUnavailable: true };
  }
}

function asShown() {
  const unread = document.querySelector("[data-unread-total]")?.textContent.trim() || "0";
  const isNewest = thread()?.dataset.newest === "yes";
  const shown = { unread_shown: unread };
  return isNewest ? { ...shown, sequence: thread().dataset.sequence } : shown;
}

function put(regions, wanted) {
  showUnread(regions.unread_conversations);
  const wasAtEnd = isAtEnd();
  if (wanted.includes("list") && document.querySelector(".list-pane")) replace("list", regions.list);
  if (wanted.includes("head")) replace("conversation-head", regions.head);
  if (wanted.includes("thread")) replace("thread-region", regions.thread);
  if (wanted.includes("scheduled")) replace("scheduled", regions.scheduled);
  if (wanted.includes("composer")) replaceComposer(regions.composer);
  if (wasAtEnd && openConversation()) scrollToEnd();
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
