// Putting texts into the open thread: by id where they stand, else in order of time.
export const thread = () => document.getElementById("thread");

const scroller = () => {
  const region = document.getElementById("thread-region");
  return region && region.scrollHeight > region.clientHeight + 1 && getComputedStyle(region).overflowY === "auto"
    ? region
    : document.scrollingElement;
};

export function isAtEnd() {
  const box = scroller();
  return box.scrollHeight - box.scrollTop - box.clientHeight < 120;
}

export function scrollToEnd() {
  const box = scroller();
  box.scrollTop = box.scrollHeight;
  const offer = document.querySelector("[data-new-below]");
  if (offer) offer.hidden = true;
}

// Returns true if the item is new in the thread.
export function putItem(item) {
  const list = thread();
  if (!list || !item) return false;
  const standing = document.getElementById(item.id);
  if (standing) {
    standing.replaceWith(item);
    return false;
  }
  document.querySelector("[data-empty-thread]")?.remove();
  const later = [...list.querySelectorAll("[data-at]")].find((other) => other.dataset.at > item.dataset.at);
  if (!list.querySelector(`[data-day-line="${CSS.escape(item.dataset.day)}"]`)) {
    const line = document.createElement("li");
    line.className = "day";
    line.dataset.dayLine = item.dataset.day;
    line.textContent = item.dataset.day;
    list.insertBefore(line, later ?? null);
  }
  list.insertBefore(item, later ?? null);
  return true;
}
