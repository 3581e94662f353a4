// The turn: counts down by the server's clock, sends one tap, and keeps trying while nobody answers.
"use strict";

const form = document.getElementById("turn");
const go = document.getElementById("go");
const said = document.getElementById("said");
const shown = document.getElementById("countdown");
const RETRY = 2000;
let trying = false;

function pause(milliseconds) {
  return new Promise((done) => { setTimeout(done, milliseconds); });
}

// What the service answers after the tap: where to go, or null to try again.
async function ask() {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(), headers: { Accept: "text/html" } });
  if (answer.status >= 500) {
    said.textContent = "系统正忙，正在自己再试。你的报名还在，不会多报，也不会丢。";
    await pause(1000 * Number(answer.headers.get("Retry-After") || 2));
    return null;
  }
  return answer;
}

async function tap() {
  if (trying) return;
  trying = true;
  said.textContent = "正在报名…";
  for (;;) {
    try {
      const answer = await ask();
      if (answer && answer.redirected) return location.assign(answer.url);
      if (answer) return form.submit(); // refused for a reason: the page says it
    } catch {
      said.textContent = "连接断了，正在自己再试。不会多报，也不会丢。";
      await pause(RETRY);
    }
  }
}

function words(left) {
  const seconds = Math.ceil(left / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (h ? `${h} 小时 ` : "") + `${m} 分 ${s} 秒`;
}

function open() {
  shown.innerHTML = "<strong>已经开放</strong>";
  go.disabled = false;
  go.textContent = "现在报名";
  said.textContent = "已经开放，点一次就行。";
}

function count() {
  // The page was written before its first byte came, so counting from there is never early.
  const [visit] = performance.getEntriesByType("navigation");
  const opensAt = visit.responseStart + Number(shown.dataset.opens) - Number(shown.dataset.now);
  const left = document.getElementById("left");
  const tick = () => {
    const rest = opensAt - performance.now();
    if (rest <= 0) return open();
    left.textContent = words(rest);
    return setTimeout(tick, Math.min(rest, 250));
  };
  if (go.disabled) tick();
}

let hiddenAt = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (!trying && Date.now() - hiddenAt > 10000) location.reload(); // a phone's clock may have slept
});

form.addEventListener("submit", (event) => { event.preventDefault(); tap(); });
if (shown) count();
if (form.dataset.tapped) setTimeout(tap, 1000 * Number(form.dataset.tapped));
if (form.dataset.look) setTimeout(() => location.reload(), 1000 * Number(form.dataset.look));
