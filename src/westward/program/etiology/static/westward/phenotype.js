// Results while typing; without this script the button searches. Arrow keys walk the buttons of the results.
const form = document.querySelector("form.search");
const box = form?.querySelector("input[type=search]");
const hits = document.getElementById("hits");
let last = "";
let timer = 0;

async function ask() {
  const words = box.value.trim();
  if (words === last) return;
  last = words;
  const answer = await fetch(hits.dataset.terms, { method: "POST", body: new FormData(form) });
  if (!answer.ok || words !== box.value.trim()) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  hits.replaceChildren(...page.body.childNodes);
}

if (form && box && hits) {
  last = box.value.trim();
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  const walk = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...hits.querySelectorAll("td.note")].map((cell) => cell.querySelector("button:not([disabled])")).filter(Boolean);
    if (!rows.length) return;
    const here = rows.findIndex((one) => one.closest("tr") === document.activeElement.closest("tr"));
    const next = event.key === "ArrowDown" ? here + 1 : here - 1;
    event.preventDefault();
    (next < 0 ? box : rows[Math.min(next, rows.length - 1)]).focus();
  };
  box.addEventListener("keydown", walk);
  hits.addEventListener("keydown", walk);
}
