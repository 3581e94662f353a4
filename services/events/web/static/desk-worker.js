// Keeps the desk's page for the time without signal. What is kept has nobody's name in it.
"use strict";

const KEPT = "desk-1";
const FILES = ["/static/desk.js", "/static/desk.css", "/static/xiangxin.css", "/static/mark.svg"];
const PATIENCE = 4000; // milliseconds; a basement hall answers late or never

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says where it stands; its shell is kept under that address.
self.addEventListener("message", (event) => {
  if (event.data && event.data.keep) event.waitUntil(keep(event.data.keep));
});

async function keep(page) {
  const cache = await caches.open(KEPT);
  const shell = await fetch(`${page}/shell`, { credentials: "same-origin" });
  if (shell.ok) await cache.put(page, shell);
  await cache.addAll(FILES);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" || FILES.includes(address.pathname)) {
    event.respondWith(fresh(request, address.pathname));
  }
});

async function fresh(request, path) {
  const kept = await (await caches.open(KEPT)).match(path);
  if (!kept) return fetch(request);
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return kept;
  }
}
