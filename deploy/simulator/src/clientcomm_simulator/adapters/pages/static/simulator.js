// Keeps the phones up to date, writes times in the reader's zone, and sends without leaving the page.
"use strict";

const thread = document.getElementById("thread");
const list = document.getElementById("phone-list");

function localTimes(root) {
  const today = new Date().toDateString();
  for (const element of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(element.dateTime);
    const clock = { hour: "2-digit", minute: "2-digit" };
    const options = moment.toDateString() === today ? clock : { day: "numeric", month: "short", ...clock };
    element.textContent = moment.toLocaleString(undefined, options);
  }
}

function toTheEnd() {
  if (thread) thread.scrollTop = thread.scrollHeight;
}

async function refresh(element, url) {
  const answer = await fetch(url);
  if (!answer.ok) return;
  element.innerHTML = await answer.text();
  localTimes(element);
}

async function refreshThread() {
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  await refresh(thread, thread.dataset.source);
  if (atEnd) toTheEnd();
}

function refreshList() {
  const query = new URLSearchParams({ q: document.getElementById("q").value, phone: thread ? thread.dataset.phone : "" });
  return refresh(list, `${list.dataset.source}?${query}`);
}

function listen() {
  const events = new EventSource("/simulator/events");
  let opened = false;
  events.addEventListener("open", () => {
    if (opened) { refreshList(); if (thread) refreshThread(); }
    opened = true;
  });
  events.addEventListener("phones", (event) => {
    refreshList();
    if (thread && JSON.parse(event.data).includes(thread.dataset.phone)) refreshThread();
  });
  window.addEventListener("pagehide", () => events.close());
}

function sendInPlace(composer) {
  const problem = document.getElementById("problem");
  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = composer.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(composer.action, { method: "POST", body: new FormData(composer) });
      if (answer.ok) {
        problem.textContent = "";
        composer.reset();
        composer.querySelector("textarea").value = "";
        await refreshThread();
        toTheEnd();
      } else {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const said = page.getElementById("problem");
        problem.textContent = said ? said.textContent : "The text was not taken.";
      }
    } catch {
      problem.textContent = "The simulator does not answer. Try again.";
    } finally {
      button.disabled = false;
      composer.querySelector("textarea").focus();
    }
  });
}

localTimes(document);
toTheEnd();
if (list) listen();
const composer = document.getElementById("composer");
if (composer && thread) sendInPlace(composer);
