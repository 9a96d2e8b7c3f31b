// Read position (product rule 3.10): moves when the page is visible and focused, up to what was shown.
import { isAtEnd, thread } from "./thread.js";

const AGAIN_AFTER = 3000;
let reported = null;

export function watchReading() {
  if (!document.querySelector("[data-read-href]")) return;
  for (const event of ["focus", "scroll", "resize"]) window.addEventListener(event, soon, { passive: true });
  document.addEventListener("visibilitychange", soon);
  document.getElementById("thread-region")?.addEventListener("scroll", soon, { passive: true });
  soon();
}

let waiting = 0;
export function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(report, 300);
}

async function report() {
  const href = document.querySelector("[data-read-href]")?.dataset.readHref;
  if (!href || document.visibilityState !== "visible" || !document.hasFocus()) return;
  if (thread()?.dataset.newest !== "yes" || !isAtEnd()) return;
  const texts = document.querySelectorAll('#thread [data-message][data-direction="inbound"]');
  const last = texts[texts.length - 1]?.dataset.message;
  if (!last || last === reported) return;
  reported = last;
  const form = new URLSearchParams({ up_to: last });
  const answer = await fetch(href, {
    method: "POST",
    body: form,
    headers: {
      Accept: "application/json",
      "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
    },
  }).catch(() => null);
  if (!answer?.ok) {
    reported = null;
    if (!answer || answer.status >= 500) setTimeout(soon, AGAIN_AFTER);
    return;
  }
  const { unread_conversations: unread } = await answer.json();
  showUnread(unread);
  document.querySelector("[data-mark-read]")?.remove();
  const row = document.getElementById(`conversation-${document.querySelector("[data-open-conversation]").dataset.openConversation}`);
  row?.classList.remove("row--unread");
  row?.querySelector(".row__count")?.replaceChildren();
}

// The count of unread conversations in the title, in the icon and in the bar.
export function showUnread(count) {
  const heading = document.title.replace(/^\(\d+\) /, "");
  document.title = count ? `(${count}) ${heading}` : heading;
  for (const place of document.querySelectorAll("[data-unread-total]")) place.textContent = count || "";
  const icon = document.querySelector("link[rel=icon]");
  const wanted = count ? icon.dataset.iconUnread : icon.dataset.icon;
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}
