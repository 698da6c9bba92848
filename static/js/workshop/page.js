// Stores each entry without leaving the page, so that the next name can be typed at once.
// Without this script the same forms are sent by the browser.

import { send } from "./send.js";

const FIRST_FIELD = {
  organization: "#id_name",
  tie: "#id_first",
};

const trouble = document.getElementById("trouble");
let isSending = false;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-entry]");
  if (!form) return;
  event.preventDefault();
  if (isSending) return;
  isSending = true;
  const answer = await send(form, event.submitter);
  isSending = false;
  if (answer === null) {
    trouble.hidden = false;
    return;
  }
  trouble.hidden = true;
  show(answer, form.dataset.entry);
});

/** Put what the server says in place of what was there, and the cursor where typing goes on. */
function show(answer, entry) {
  replace(document.getElementById("room"), answer.room);
  replace(document.querySelector(".lede"), answer.lede);
  const region = statusRegion();
  region.replaceChildren(...(answer.status ? [...answer.status.childNodes] : []));
  window.history.replaceState(null, "", answer.url);
  const room = document.getElementById("room");
  const place = room.querySelector(".room-similar button") ?? next(room, entry);
  place?.focus();
}

function next(room, entry) {
  const wrong = room.querySelector("[aria-invalid=true]");
  if (wrong) return wrong;
  if (entry === "undo") return room.querySelector("#id_name");
  if (entry === "many") return room.querySelector("#id_lines");
  return room.querySelector(FIRST_FIELD[room.dataset.focus]);
}

function replace(old, fresh) {
  if (old && fresh) old.replaceWith(document.adoptNode(fresh));
}

/** Where what happened is read out. It has to be there before its words are. */
function statusRegion() {
  let region = document.querySelector("main [role=status]");
  if (!region) {
    region = document.createElement("div");
    region.setAttribute("role", "status");
    trouble.before(region);
  }
  return region;
}

statusRegion();
document.querySelector(FIRST_FIELD[document.getElementById("room").dataset.focus])?.focus();
