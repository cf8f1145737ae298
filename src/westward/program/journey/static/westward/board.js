// The board by keyboard: up and down move between rows, Home and End to the first and last, Enter is the link's own.
const links = () => [...document.querySelectorAll("#board tbody th a")];

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const active = document.activeElement;
  if (active && active.closest("input, select, textarea, form, nav, summary")) return;
  const all = links();
  if (!all.length) return;
  const row = active ? active.closest("#board tbody tr") : null;
  const at = row ? all.indexOf(row.querySelector("th a")) : -1;
  const to = { ArrowDown: Math.min(at + 1, all.length - 1), ArrowUp: at < 0 ? all.length - 1 : Math.max(at - 1, 0), Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || (row === null && (event.key === "Home" || event.key === "End"))) return;
  event.preventDefault();
  all[to].focus();
});
