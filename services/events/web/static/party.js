// The sign-up form: one more person without a round trip; a double click sends once.
"use strict";

const form = document.getElementById("party");
const more = document.getElementById("more");
const pattern = document.getElementById("one-more").innerHTML;

function addPerson() {
  const people = form.querySelectorAll("[data-person]");
  const number = people.length;
  const holder = document.createElement("template");
  holder.innerHTML = pattern.replaceAll("party.__", "party." + number).replaceAll('data-person="__"', `data-person="${number}"`);
  const added = holder.content.firstElementChild;
  added.querySelector("[data-place]").textContent = number + 1;
  people[number - 1].after(added);
  added.querySelector("input").focus();
  if (number + 1 >= Number(more.dataset.most)) more.hidden = true;
}

let sent = 0;
form.addEventListener("submit", (event) => {
  if (event.submitter && event.submitter.name === "add") {
    event.preventDefault();
    addPerson();
    return;
  }
  if (Date.now() - sent < 5000) event.preventDefault();
  else sent = Date.now();
});
