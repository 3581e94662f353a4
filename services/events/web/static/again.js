// A page whose state may change: looks again by itself and shows what changed.
"use strict";

const said = document.getElementById("said");

async function look() {
  const state = document.getElementById("state");
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (answer.ok) show(state, new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* no connection: look again later */ }
  }
  wait();
}

function show(state, page) {
  const fresh = page.getElementById("state");
  if (!fresh || fresh.isEqualNode(state)) return;
  state.replaceWith(document.adoptNode(fresh));
  document.title = page.title;
  said.textContent = fresh.querySelector("h1").textContent;
}

function wait() {
  const again = Number(document.getElementById("state").dataset.again);
  if (again) setTimeout(look, again * 1000);
}

wait();
