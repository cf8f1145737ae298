// The diary: every entry is kept on this phone first, then sent; sending twice stores once, by the entry's own id.
const page = document.querySelector("[data-diary]");
const say = page.dataset;
const list = document.getElementById("kept");
const state = document.getElementById("sync-state");

const open = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("westward-diary", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

const within = async (mode, work) => {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction("entries", mode);
    const asked = work(transaction.objectStore("entries"));
    const failed = () => { db.close(); reject(transaction.error); };
    transaction.oncomplete = () => { db.close(); resolve(asked && asked.result); };
    transaction.onerror = failed;
    transaction.onabort = failed; // no room on the phone
  });
};

// What was kept under the key of a chart that was merged into this one since is this child's as well.
const keys = new Set([say.child, ...say.earlier.split(" ")]);
const all = async () => (await within("readonly", (store) => store.getAll())).filter((one) => keys.has(one.child));
const keep = (entry) => within("readwrite", (store) => store.put(entry));

// "Mon 30 Nov 2026" in the language of the page, as the server writes it.
const dates = new Intl.DateTimeFormat(page.lang === "en" ? "en-GB" : page.lang, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const dated = (on) => dates.format(new Date(on)).replaceAll(",", "");

const show = async () => {
  const entries = (await all()).sort((a, b) => (a.written_at < b.written_at ? 1 : -1));
  list.replaceChildren(
    ...entries.slice(0, 30).map((one) => {
      const row = document.createElement("li");
      const label = { waiting: say.waiting, sent: say.sent, refused: say.refused }[one.status];
      const told = one.count === 1 ? say.one : `${one.count} ${say.many}`;
      const what = one.count ? told : one.flag_words || one.words || one.kind_words || "";
      const film = { waiting: say.filmWaiting, sent: say.filmSent, refused: say.filmRefused }[one.film_status];
      const filmed = film ? ` · ${film}${one.film_why ? ": " + one.film_why : ""}` : "";
      row.textContent = `${dated(one.on)} · ${what} · ${label}${one.why ? ": " + one.why : ""}${filmed}`;
      row.className = one.status;
      return row;
    }),
  );
};

// One at a time: two tabs or a quick second save must not send a film twice at once.
let sending = null;
const send = () => { sending = (sending || Promise.resolve()).then(sendEntries).then(sendFilms).then(show, show); return sending; };

const fresh = async () => {
  const asked = await fetch(say.token, { headers: { Accept: "application/json" } });
  if (asked.redirected || !asked.ok) { state.textContent = say.signIn; return null; }
  return (await asked.json()).token;
};

// A film leaves the phone's memory once the server has it, or refuses it for good; else it waits for the next time.
const sendFilms = async () => {
  for (const one of await all()) {
    if (one.status !== "sent" || one.film_status !== "waiting" || !one.film) continue;
    try {
      const token = await fresh();
      if (!token) return;
      const form = new FormData();
      form.append("id", one.id);
      form.append("film", one.film, one.film_name || "film");
      const answer = await fetch(say.film, { method: "POST", headers: { "X-CSRFToken": token }, body: form });
      if (answer.status === 401 || answer.status === 403) { state.textContent = say.signIn; return; }
      const { film, ...entry } = one;
      if (answer.ok) await keep({ ...entry, film_status: "sent" });
      else if (answer.status === 413) await keep({ ...entry, film_status: "refused", film_why: say.filmLarge });
      else if (answer.status === 409 || answer.status === 400) await keep({ ...entry, film_status: "refused", film_why: (await answer.json()).detail });
    } catch {
      state.textContent = say.offline;
      return;
    }
  }
};

const sendEntries = async () => {
  const waiting = (await all()).filter((one) => one.status === "waiting");
  if (!waiting.length) return;
  try {
    const token = await fresh();
    if (!token) return;
    const answer = await fetch(say.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ entries: waiting.slice(0, 100).map(({ status, why, child, flag_words, kind_words, film, film_name, film_status, film_why, ...entry }) => entry) }),
    });
    if (answer.status === 401 || answer.status === 403) { state.textContent = say.signIn; return; }
    if (answer.ok) {
      const { taken } = await answer.json();
      for (const one of taken) {
        const entry = waiting.find((kept) => kept.id === one.id);
        if (entry) await keep({ ...entry, status: one.outcome === "refused" ? "refused" : "sent", why: one.why });
      }
      state.textContent = "";
    }
  } catch {
    state.textContent = say.offline;
  }
};

const add = async (fields, film = null) => {
  const entry = { id: crypto.randomUUID(), child: say.child, status: "waiting", written_at: new Date().toISOString(), ...fields };
  try {
    await keep(film ? { ...entry, film, film_name: film.name, film_status: "waiting" } : entry);
  } catch (problem) {
    if (!film) throw problem;
    await keep({ ...entry, film_status: "refused", film_why: say.filmRoom });
  }
  await show();
  await send();
};

const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};

// A chart that is closed has neither form.
document.getElementById("entry")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const number = (name) => (form.get(name) ? Number(form.get(name)) : null);
  const on = form.get("on");
  const picked = document.getElementById("film").files[0] || null;
  const problem = document.getElementById("film-problem");
  problem.hidden = !picked || picked.size <= Number(say.filmMb) * 1024 * 1024;
  if (!problem.hidden) { problem.textContent = say.filmLarge; return; }
  const at = form.get("time") ? new Date(`${on}T${form.get("time")}`).toISOString() : null;
  if (on === today()) document.getElementById("good-news").hidden = true;
  await add({ kind: form.get("kind"), on, at, count: number("count"), minutes: number("minutes"), since_waking: number("since_waking"), waking: form.get("waking"), words: form.get("words") || "" }, picked);
  event.target.reset();
  document.getElementById("on").value = today();
});

document.getElementById("free")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  document.getElementById("good-news").hidden = false;
  await add({ kind: "free_day", on: today(), kind_words: event.target.querySelector("button").textContent });
});

for (const form of document.querySelectorAll("form.flag")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await add({ kind: "red_flag", on: today(), red_flag: form.dataset.flag, flag_words: form.dataset.words });
    form.parentElement.querySelector(".noted").textContent = `✓ ${say.noted}`;
  });
}

document.getElementById("forget").addEventListener("click", async () => {
  await within("readwrite", (store) => store.clear());
  for (const name of await caches.keys()) if (name.startsWith("westward-diary-")) await caches.delete(name);
  await show();
});

document.getElementById("with-script").hidden = false;
for (const one of document.querySelectorAll(".no-script")) one.hidden = true;
if ("serviceWorker" in navigator) navigator.serviceWorker.register(say.worker, { scope: say.scope });
window.addEventListener("online", send);
show().then(send);
