// The composer: counter, plain quotes, Ctrl+Enter, the sent text put into the thread.
import { countSegments, withPlainSigns } from "./segments.js";
import { putItem, scrollToEnd } from "./thread.js";

const LIMIT = 1600;

export function watchComposer() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("#composer-body")) show(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches?.("#composer-body") && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.matches("[data-replace]")) return;
    const field = document.getElementById("composer-body");
    field.value = withPlainSigns(field.value);
    field.focus();
    show(field);
  });
  document.addEventListener("htmx:after:swap", () => afterSending());
  const field = document.getElementById("composer-body");
  if (field) show(field);
}

export function show(field) {
  const counter = document.querySelector("[data-counter]");
  const text = field.value.replaceAll("\r\n", "\n");
  const length = [...text].length;
  const { segments, isGsm } = countSegments(text);
  const over = length - LIMIT;
  counter.textContent = wordsFor(counter.dataset, { length, over, segments }).replace("%s", over > 0 ? over : length).replace("%t", segments);
  counter.classList.toggle("composer__counter--many", segments > 1);
  counter.classList.toggle("composer__counter--over", over > 0);
  const offer = document.querySelector("[data-offer]");
  offer.hidden = isGsm || countSegments(withPlainSigns(text)).segments >= segments;
  for (const button of field.form.querySelectorAll("button[type=submit]:not([data-plain])")) {
    button.disabled = over > 0;
  }
}

function wordsFor(data, { length, over, segments }) {
  if (length === 0) return data.wordsNone;
  if (over > 0) return data.wordsOver;
  return segments > 1 ? data.wordsMany : data.wordsOne;
}

function afterSending() {
  const sent = document.querySelector("template[data-sent]");
  const field = document.getElementById("composer-body");
  if (sent) {
    const item = sent.content.firstElementChild;
    // What stands there already came by a live update, and is newer than this answer.
    if (!document.getElementById(item.id)) putItem(item);
    sent.remove();
    scrollToEnd();
  }
  if (field) {
    show(field);
    field.focus();
  }
}
