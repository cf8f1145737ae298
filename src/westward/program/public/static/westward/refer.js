// Beside the form, never needed for it: sizes of chosen files at once, and how far the sending is.
const names = (text, parts) => text.replace(/\{(\w+)\}/g, (_, key) => parts[key]);
const MB = 1024 * 1024;

function check(input) {
  const list = input.form.querySelector(".chosen");
  const { film, total, most, size, all, many } = input.dataset;
  let sum = 0;
  list.replaceChildren(...[...input.files].map((file, k) => {
    sum += file.size;
    const row = document.createElement("li");
    row.textContent = `${file.name} (${(file.size / MB).toFixed(1)} MB)`;
    const broken = k >= +most ? names(many, { name: file.name, limit: most })
      : file.size > +film ? names(size, { name: file.name, limit: film / MB })
      : sum > +total ? names(all, { name: file.name, limit: total / MB }) : "";
    if (broken) { row.className = "wrong"; row.textContent = broken; }
    return row;
  }));
}

function showAnswer(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("#refer");
  if (!fresh) return false;
  document.querySelector("#refer").replaceWith(fresh);
  begin();
  fresh.querySelector("#problems")?.focus();
  return true;
}

function send(event) {
  const form = event.target;
  if (!form.films.files.length) return;
  event.preventDefault();
  const said = form.querySelector(".progress"), button = form.querySelector("button.large");
  const request = new XMLHttpRequest();
  const failed = () => { said.textContent = form.dataset.retry; button.disabled = false; };
  request.upload.onprogress = (step) => {
    said.textContent = names(form.dataset.sending, { percent: Math.floor((100 * step.loaded) / step.total) });
  };
  request.onload = () => {
    if (request.responseURL.endsWith("/sent/")) location.assign(request.responseURL);
    else if (!showAnswer(request.responseText)) failed();
  };
  request.onerror = request.onabort = failed;
  button.disabled = true;
  request.open("POST", location.pathname);
  request.send(new FormData(form));
}

function begin() {
  const form = document.querySelector("form.questions");
  form.films.addEventListener("change", (event) => check(event.target));
  form.addEventListener("submit", send);
}

begin();
document.querySelector("#problems")?.focus();
