// The desk: scans go to the server at once, or wait on this device until there is signal.
// On the device lie the list (each entry opens only with its ticket) and the scans that wait;
// a scan of somebody on the list is kept by number, not by ticket, so that it opens nothing.
"use strict";

const desk = document.getElementById("desk");
const session = desk.dataset.session;
const form = document.getElementById("scan");
const field = document.getElementById("ticket");
const doors = `/api/sessions/${session}`;
const WORDS = {
  too_early: "还没有到签到时间", too_late: "场次已经结束", already_checked_in: "已经签到，还没有签退",
  already_checked_out: "已经签退", too_many_check_ins: "签到次数过多", bad_ticket: "票据无效",
  unknown_registration: "不是这个场次的票", not_confirmed: "没有占到名额", session_closed: "场次已经截止",
  scan_in_the_future: "这台设备的时间不对", invalid_input: "填写的内容有误", nonce_reused: "扫码编号重复",
};
const FORCIBLE = ["too_early", "too_late", "already_checked_in", "too_many_check_ins"];
const AT_ONCE = 500;
let list = null;
let reached = navigator.onLine;
let uploading = false;
const inHand = new Set(); // nonces that are being asked about one by one right now

// --- what is kept on the device

const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("desk", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("lists", { keyPath: "session_id" });
    for (const name of ["queue", "problems"]) asked.result.createObjectStore(name, { keyPath: "nonce" });
    asked.result.createObjectStore("last", { keyPath: "key" });
  };
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function store(name, method, ...values) {
  const work = (await opened).transaction(name, method.startsWith("get") ? "readonly" : "readwrite");
  const asked = work.objectStore(name)[method](...values);
  return new Promise((resolve, reject) => {
    work.oncomplete = () => resolve(asked.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

const ours = async (name) => (await store(name, "getAll")).filter((each) => each.session_id === session);

// --- the list: every entry sealed with a key made of its ticket

const bytes = (text) => new TextEncoder().encode(text);
const hex = (buffer) => [...new Uint8Array(buffer)].map((each) => each.toString(16).padStart(2, "0")).join("");
const looksLikeTicket = (text) => /^xx1\./i.test(text);

function plain(text) {
  const tight = text.replace(/\s+/g, "");
  return looksLikeTicket(tight) ? "XX1" + tight.slice(3).toLowerCase() : tight;
}

async function entryOf(ticket) {
  if (!list || !looksLikeTicket(ticket) || !crypto.subtle) return null;
  const place = hex(await crypto.subtle.digest("SHA-256", bytes(ticket)));
  if (!(place in list.entries)) return null;
  const sealed = Uint8Array.from(atob(list.entries[place]), (each) => each.charCodeAt(0));
  const base = await crypto.subtle.importKey("raw", bytes(ticket), "HKDF", false, ["deriveKey"]);
  const made = { name: "HKDF", hash: "SHA-256", salt: bytes(session), info: bytes("xiangxin offline list 1") };
  const key = await crypto.subtle.deriveKey(made, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const how = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: bytes(place) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed.slice(12))));
}

async function loadList() {
  try {
    const answer = await ask("GET", `${doors}/offline-list`, null, 15000);
    if (!answer.ok) return;
    list = await answer.json();
    list.ahead = Date.parse(list.made_at) - Date.now();
    await store("lists", "put", list);
  } catch {
    lost(); // the list of before serves
  }
}

async function forgetOldLists() {
  const dayAgo = Date.now() - 86400000;
  for (const each of await store("lists", "getAll")) {
    if (Date.parse(each.ends_at) < dayAgo) await store("lists", "delete", each.session_id);
  }
}

// --- scans

async function ask(method, address, body, patience) {
  const answer = await fetch(address, {
    method, credentials: "same-origin", signal: AbortSignal.timeout(patience),
    headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body),
  });
  reached = true;
  return answer;
}

function scanOf(text, entry, reason) {
  const now = new Date(Date.now() + (list?.ahead ?? 0)).toISOString();
  const scan = { nonce: crypto.randomUUID(), direction: form.direction.value, at: now };
  if (entry) scan.registration_id = entry.registration_id;
  else if (looksLikeTicket(text)) scan.ticket = text;
  else scan.registration_id = text;
  const gate = form.gate.value.trim();
  if (gate) scan.gate = gate;
  if (reason && scan.direction === "in") scan.forced = { reason };
  return scan;
}

async function take(written) {
  const text = plain(written);
  if (!text) return show("bad", "没有记上", "请扫码或填写票号。");
  const entry = await entryOf(text);
  const reason = form.reason.value.trim();
  const scan = scanOf(text, entry, reason);
  inHand.add(scan.nonce);
  try {
    await store("queue", "put", { ...scan, session_id: session });
    const answer = reached ? await ask("POST", `${doors}/scans`, scan, 5000).catch(lost) : null;
    if (answer && isFinal(answer.status)) {
      await store("queue", "delete", scan.nonce);
      await told(answer, await answer.json(), entry, scan);
    } else if (answer) show("warn", "先记在这台设备上", later(answer.status));
    else await takenOffline(entry, scan);
  } finally {
    inHand.delete(scan.nonce);
  }
  await status();
}

const isFinal = (code) => code < 300 || (code >= 400 && code < 500 && ![401, 403, 429].includes(code));
const later = (code) => (code < 500 ? "登录已失效，请重新登录，之后会自动上传。" : "系统繁忙，稍后自动上传。");

function lost() {
  reached = false;
  return null;
}

async function told(answer, said, entry, scan) {
  if (!answer.ok) {
    document.getElementById("force").open ||= FORCIBLE.includes(said.code);
    return show("bad", "没有记上", `${names(entry)}${said.detail || WORDS[said.code] || said.title}。`);
  }
  await remember(said.registration_id, scan.direction);
  const done = `${scan.direction === "in" ? "已签到" : "已签退"} ${said.persons} 人${said.late ? "（迟到）" : ""}`;
  show(said.late ? "warn" : "good", done, names(entry) + (said.overridden?.length ? "强制签到，理由已留存。" : ""));
  form.reason.value = "";
  listed(scan, said, entry);
  await counts();
}

function listed(scan, said, entry) {
  const last = document.getElementById("last");
  if (!last) return;
  const way = scan.direction === "in" ? "签到" : "签退";
  const line = element("li", "");
  const more = [`${said.persons} 人`, scan.gate, said.late && "迟到", scan.forced && "强制"].filter(Boolean);
  line.append(element("span", way, `tag ${scan.direction === "in" ? "good" : ""}`),
    ` ${clock(scan.at)} ${entry?.names.join("、") || said.registration_id.slice(0, 8)} `, element("span", more.join(" · "), "quiet"));
  last.prepend(line);
  document.getElementById("none")?.remove();
}

async function takenOffline(entry, scan) {
  const number = entry?.registration_id ?? scan.registration_id;
  const before = number && await store("last", "get", `${session}/${number}`);
  if (before?.direction === scan.direction && !scan.forced) {
    await store("queue", "delete", scan.nonce);
    document.getElementById("force").open ||= scan.direction === "in";
    return show("bad", "没有记上", `${names(entry)}这台设备已经给这张票${scan.direction === "in" ? "签到" : "签退"}过。`);
  }
  if (number) await remember(number, scan.direction);
  const way = scan.direction === "in" ? "签到" : "签退";
  if (entry) return show("good", `已记下${way} ${entry.size} 人`, `${names(entry)}联网后上传。`);
  return show("warn", `已记下${way}，未核对`, "这张票不在本机名单里，联网后才能核对。请登记来人。");
}

const names = (entry) => (entry ? `${entry.names.join("、") || `共 ${entry.size} 人`}。` : "");
const remember = (number, direction) => store("last", "put", { key: `${session}/${number}`, direction });

async function upload() {
  if (uploading) return;
  uploading = true;
  const seen = [];
  try {
    for (let waiting = await queued(); waiting.length; waiting = await queued()) {
      const scans = waiting.slice(0, AT_ONCE).map(({ session_id, ...scan }) => scan);
      const answer = await ask("POST", `${doors}/scans/batch`, { scans }, 30000);
      if (!answer.ok) {
        show("warn", `${waiting.length} 条待上传`, later(answer.status));
        return;
      }
      for (const [place, result] of (await answer.json()).results.entries()) {
        await settled(scans[place], result);
        seen.push(result.status);
      }
    }
    if (seen.length) uploaded(seen);
  } catch {
    lost();
  } finally {
    uploading = false;
  }
}

const queued = async () => (await ours("queue")).filter((each) => !inHand.has(each.nonce));

function uploaded(seen) {
  const doubled = seen.filter((each) => each === "conflict").length;
  const refused = seen.filter((each) => each === "refused").length;
  if (!doubled && !refused) return show("good", `已上传 ${seen.length} 条`, "全部记上了。");
  const told = [doubled && `${doubled} 条重复放行`, refused && `${refused} 条没有记上`].filter(Boolean);
  return show("bad", told.join("，"), `共上传 ${seen.length} 条。请核对下面列出的扫码。`);
}

async function settled(scan, result) {
  if (result.status === "conflict" || result.status === "refused") {
    const number = scan.registration_id || scan.ticket.split(".")[1];
    const { nonce, direction, at, gate } = scan;
    await store("problems", "put", { nonce, direction, at, gate, number, session_id: session, status: result.status, code: result.code, since: result.answer?.since });
  }
  await store("queue", "delete", scan.nonce);
}

// --- what is shown

function show(kind, title, text) {
  const outcome = document.getElementById("outcome");
  outcome.className = `outcome ${kind}`;
  outcome.replaceChildren(element("h2", title), element("p", text));
  outcome.hidden = false;
}

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = kind;
  return made;
}

const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });

function problem(each) {
  const card = element("li", "", "card problem");
  const what = element("div", "");
  const why = each.status === "conflict"
    ? `${clock(each.since)} 已在别处签到，${clock(each.at)} 在这里又放行` : WORDS[each.code] || each.code;
  what.append(element("p", `${each.direction === "in" ? "签到" : "签退"} ${(each.number || "").slice(0, 8)}`),
    element("p", `${each.status === "conflict" ? "重复放行" : "未记上"}：${why}`, "quiet"));
  const seen = element("button", "知道了");
  seen.type = "button";
  seen.addEventListener("click", async () => { await store("problems", "delete", each.nonce); await status(); });
  card.append(what, seen);
  return card;
}

async function status() {
  const [waiting, problems] = [await ours("queue"), await ours("problems")];
  const online = document.getElementById("online");
  online.textContent = reached ? "联网" : "没有网络";
  online.className = `tag ${reached ? "good" : "warn"}`;
  document.getElementById("waiting").textContent = waiting.length ? `${waiting.length} 条待上传` : "";
  document.getElementById("list").textContent = list
    ? `本机名单 ${Object.keys(list.entries).length} 组，${clock(list.made_at)} 更新` : "本机还没有名单";
  document.getElementById("signal").hidden = false;
  document.getElementById("problem-list").replaceChildren(...problems.map(problem));
  document.getElementById("problems").hidden = !problems.length;
}

async function counts() {
  if (!document.getElementById("counts")) return;
  try {
    const answer = await ask("GET", `${doors}/desk`, null, 5000);
    if (!answer.ok) return;
    for (const [name, value] of Object.entries(await answer.json())) {
      document.querySelector(`[data-count="${name}"]`).textContent = value.toLocaleString("zh-CN");
    }
    const { conflicts } = await (await ask("GET", `${doors}/conflicts`, null, 5000)).json();
    const doubled = document.getElementById("doubled");
    doubled.querySelector("span").textContent = conflicts.length;
    doubled.hidden = !conflicts.length;
  } catch {
    lost(); // the figures of before stay
  }
}

// --- camera, where the browser can read codes

async function film() {
  const lens = document.getElementById("lens");
  const reader = new BarcodeDetector({ formats: ["qr_code"] });
  lens.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  lens.hidden = false;
  await lens.play();
  let last = "", since = 0;
  for (;;) {
    const [found] = await reader.detect(lens).catch(() => []);
    if (found && (found.rawValue !== last || Date.now() - since > 5000)) {
      [last, since] = [found.rawValue, Date.now()];
      await take(last);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

// --- start

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const written = field.value;
  field.value = "";
  await take(written);
  field.focus();
});

async function back() {
  await upload();
  if (document.getElementById("counts")) await counts();
  else if (!reached) await loadList();
  await status();
}

async function start() {
  list = (await store("lists", "get", session)) ?? null;
  await status();
  form.gate.value ||= localStorage.getItem("desk-gate") ?? "";
  form.gate.addEventListener("change", () => localStorage.setItem("desk-gate", form.gate.value));
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    const camera = document.getElementById("camera");
    camera.hidden = false;
    camera.addEventListener("click", () => {
      camera.disabled = true;
      film().catch(() => { camera.disabled = false; show("bad", "摄像头打不开", "请允许使用摄像头，或用扫码枪。"); });
    });
  }
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/staff/desk/worker.js").catch(() => {});
    navigator.serviceWorker.ready.then((worker) => worker.active.postMessage({ keep: location.pathname }));
  }
  addEventListener("online", () => { reached = true; back(); });
  addEventListener("offline", () => { reached = false; status(); });
  setInterval(back, 15000);
  await forgetOldLists();
  await loadList();
  await back();
  desk.dataset.ready = "yes";
}

start();
