// What pages do beyond plain forms: counting segments, live updates, reading, printing.
import "htmx.org";
import { watchComposer } from "./composer.js";
import { followLive } from "./live.js";
import { watchReading } from "./reading.js";
import { scrollToEnd, thread } from "./thread.js";

// A button that leaves the page is an ordinary submit, also in a form that is otherwise swapped.
document.addEventListener(
  "submit",
  (event) => {
    if (event.submitter?.hasAttribute("data-plain")) event.stopImmediatePropagation();
  },
  true,
);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const tickAll = document.querySelector("[data-tick-all]");
if (tickAll) {
  tickAll.hidden = false;
  tickAll.addEventListener("change", (event) => {
    for (const box of document.querySelectorAll(".pick input[type=checkbox]")) {
      box.checked = event.target.checked;
    }
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.documentElement.classList.add("has-script");
// A link to one text brings that into view; else the newest is what one came for.
const asked = window.location.hash && document.getElementById(window.location.hash.slice(1));
if (asked) asked.scrollIntoView({ block: "center" });
else if (thread()?.dataset.newest === "yes") scrollToEnd();

watchComposer();
watchReading();
followLive();
