// Keys of the console: "/" goes to the search, arrows from row to row; one box that ticks all.
// Everything works without it.
"use strict";

const isTyping = (element) => element.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector('input[type="search"]');
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const rows = [...document.querySelectorAll("a.row, td.pick input")];
    const sameKind = rows.filter((row) => row.matches(event.target.matches("td.pick input") ? "input" : "a"));
    if (!sameKind.length) return;
    const here = sameKind.indexOf(event.target);
    const next = here < 0 ? 0 : here + (event.key === "ArrowDown" ? 1 : -1);
    if (sameKind[next]) {
      event.preventDefault();
      sameKind[next].focus();
    }
  }
});

for (const table of document.querySelectorAll("table[data-pick]")) {
  const boxes = [...table.querySelectorAll("td.pick input")];
  const head = table.querySelector("thead th");
  if (boxes.length < 2) continue;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "全部勾选");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  head.replaceChildren(all);
}
