// The board: every figure is in the page already; this only replaces what changed.
"use strict";

const board = document.getElementById("board");
const freshness = document.getElementById("freshness");
const charts = new Map();

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function columns(spec, size, narrow) {
  return {
    animation: false, aria: { enabled: false },
    textStyle: { fontFamily: token("--type"), fontSize: size },
    grid: { left: 4, right: 4, top: size * 2, bottom: size * 3 },
    xAxis: {
      type: "category", data: spec.labels, axisTick: { show: false },
      axisLine: { lineStyle: { color: token("--line") } },
      axisLabel: {
        color: token("--soft"), fontSize: size, interval: 0, hideOverlap: true,
        formatter: (label) => label.replace(/^(\d+)年(.+)$/, "$2\n$1").replace(narrow ? "月" : "", ""),
      },
    },
    yAxis: { type: "value", min: 0, show: false },
    tooltip: {
      trigger: "axis", axisPointer: { type: "none" }, confine: true,
      renderMode: "richText", // a tooltip of HTML has styles inline, which our pages do not allow
      backgroundColor: token("--surface"), borderColor: token("--edge"),
      textStyle: { color: token("--ink") },
      valueFormatter: (value) => (value == null ? "尚未上报" : value.toLocaleString("zh-CN") + " " + spec.unit),
    },
    series: [{
      type: "bar", data: spec.values, barMaxWidth: size * 3, itemStyle: { color: token("--sea"), borderRadius: [4, 4, 0, 0] },
      label: {
        show: true, position: "top", color: token("--ink"), fontSize: size,
        formatter: (item) => (item.value == null ? "" : item.value.toLocaleString("zh-CN")),
      },
      labelLayout: { hideOverlap: true },
    }],
  };
}

function draw(place) {
  const spec = place.dataset.chart;
  const kept = charts.get(place.id);
  if (!window.echarts || (kept && kept.spec === spec)) return;
  const size = Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.85);
  place.parentElement.classList.add("drawn");
  place.parentElement.querySelector(".months").removeAttribute("tabindex");
  const chart = kept ? kept.chart : echarts.init(place, null, { renderer: "svg" });
  chart.setOption(columns(JSON.parse(spec), size, place.clientWidth < 480));
  charts.set(place.id, { chart, spec });
}

function drawAll(within) {
  for (const place of within.querySelectorAll("[data-chart]")) {
    place.id = place.id || "chart-" + place.closest("[data-tile]").dataset.tile;
    draw(place);
  }
}

function texts(within) {
  const found = new Map();
  for (const figure of within.querySelectorAll("[data-figure]")) found.set(figure.dataset.figure, figure.textContent);
  return found;
}

function keepChart(inside, next) {
  const old = inside.querySelector("[data-chart]");
  const fresh = next.querySelector("[data-chart]");
  if (old && fresh && old.id) {
    old.dataset.chart = fresh.dataset.chart;
    fresh.replaceWith(old);
  } else if (old && old.id) {
    charts.get(old.id)?.chart.dispose();
    charts.delete(old.id);
  }
}

function replace(name, value) {
  const inside = board.querySelector(`[data-tile="${CSS.escape(name)}"]`);
  if (!inside || !value || inside.dataset.html === value.html) return;
  const before = texts(inside);
  const focused = inside.contains(document.activeElement) && document.activeElement.dataset.figure;
  const next = document.createElement("template");
  next.innerHTML = value.html;
  const scrolled = inside.querySelector(".rows")?.scrollTop;
  keepChart(inside, next.content);
  inside.replaceChildren(next.content);
  inside.dataset.html = value.html;
  if (scrolled) inside.querySelector(".rows").scrollTop = scrolled;
  for (const figure of inside.querySelectorAll("[data-figure]")) {
    if (before.get(figure.dataset.figure) !== figure.textContent) highlight(figure);
    if (focused && focused === figure.dataset.figure) figure.focus();
  }
  drawAll(inside);
}

function highlight(figure) {
  figure.classList.add("changed");
  setTimeout(() => figure.classList.remove("changed"), 1500);
}

const STALE = 15000; // milliseconds: three beats
let seenAt = Date.now(); // when the figures were last known to be right
let trouble = "";

function say(words) {
  const place = freshness.querySelector("[data-words]");
  if (place.textContent !== words) place.textContent = words; // a reader is told of changes only
}

function ago(seconds) {
  if (seconds < 90) return seconds + " 秒前";
  return seconds < 5400 ? Math.round(seconds / 60) + " 分钟前" : Math.round(seconds / 3600) + " 小时前";
}

function tellFreshness() {
  const now = Date.now();
  const silent = board.querySelector("[data-alarm]");
  const lost = trouble || (now - seenAt > STALE ? "没有新消息" : "");
  board.classList.toggle("stale", Boolean(lost));
  freshness.classList.toggle("stale", Boolean(lost || silent));
  say(lost ? "▲ " + lost + "，数据停在" : silent ? "▲ " + silent.dataset.alarm + " · 数据截至" : "实时 · 数据截至");
  freshness.querySelector("[data-ago]").textContent = "· " + ago(Math.round((now - seenAt) / 1000));
}

function seen() {
  const time = freshness.querySelector("[data-time]");
  seenAt = Date.now();
  trouble = "";
  time.dateTime = new Date(seenAt).toISOString();
  time.textContent = new Date(seenAt).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
  tellFreshness();
}

function lose(words) {
  trouble = words;
  tellFreshness();
}

function follow(address) {
  const source = new EventSource(address);
  source.addEventListener("snapshot", (event) => {
    for (const [name, value] of Object.entries(JSON.parse(event.data))) replace(name, value);
    seen();
  });
  source.addEventListener("tile", (event) => {
    const told = JSON.parse(event.data);
    replace(told.tile, told.value);
    seen();
  });
  source.addEventListener("beat", (event) => {
    if (JSON.parse(event.data).fresh) seen();
    else lose("数据库暂时读不到");
  });
  source.onerror = () => {
    lose("连接中断");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(address), 5000);
  };
}

drawAll(board);
window.addEventListener("resize", () => charts.forEach(({ chart }) => chart.resize()));
if (board.dataset.live) {
  follow(board.dataset.live);
  setInterval(tellFreshness, 1000);
}
