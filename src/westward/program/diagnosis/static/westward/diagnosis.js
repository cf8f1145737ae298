// How far an analysis or an upload is, without a reload; the pages work without this.
const EVERY_MS = 3000;

async function watch(box) {
  if (!box.hasAttribute("data-running")) return;
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-progress]");
      if (fresh && !fresh.hasAttribute("data-running")) return void location.reload();
      if (fresh) { box.replaceWith(fresh); box = fresh; }
    }
  } catch { /* the next round asks again */ }
  setTimeout(() => watch(box), EVERY_MS);
}

const box = document.querySelector("[data-progress][data-running]");
if (box) setTimeout(() => watch(box), EVERY_MS);

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", () => {
    const files = [...(form.querySelector("input[type=file]")?.files ?? [])];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const said = form.querySelector("[data-upload-progress]");
    if (size && said) said.textContent = `Sending ${(size / 1048576).toFixed(0)} MB; keep this page open.`;
  });
}
