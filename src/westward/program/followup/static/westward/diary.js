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
    transaction.oncomplete = () => { db.close(); resolve(asked && asked.result); };
    transaction.onerror = () => { db.close(); reject(transaction.error); };
  });
};

const all = async () => (await within("readonly", (store) => store.getAll())).filter((one) => one.child === say.child);
const keep = (entry) => within("readwrite", (store) => store.put(entry));

const show = async () => {
  const entries = (await all()).sort((a, b) => (a.written_at < b.written_at ? 1 : -1));
  list.replaceChildren(
    ...entries.slice(0, 30).map((one) => {
      const row = document.createElement("li");
      const label = { waiting: say.waiting, sent: say.sent, refused: say.refused }[one.status];
      const what = one.count ? `${one.count}` : one.flag_words || one.words || one.kind_words || "";
      row.textContent = `${one.on} · ${what} · ${label}${one.why ? ": " + one.why : ""}`;
      row.className = one.status;
      return row;
    }),
  );
};

const send = async () => {
  const waiting = (await all()).filter((one) => one.status === "waiting");
  if (!waiting.length) return show();
  try {
    const asked = await fetch(say.token, { headers: { Accept: "application/json" } });
    if (asked.redirected || !asked.ok) { state.textContent = say.signIn; return show(); }
    const { token } = await asked.json();
    const answer = await fetch(say.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ entries: waiting.slice(0, 100).map(({ status, why, child, flag_words, kind_words, ...entry }) => entry) }),
    });
    if (answer.status === 401 || answer.status === 403) { state.textContent = say.signIn; return show(); }
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
  return show();
};

const add = async (fields) => {
  await keep({ id: crypto.randomUUID(), child: say.child, status: "waiting", written_at: new Date().toISOString(), ...fields });
  await show();
  await send();
};

const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};

document.getElementById("entry").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const number = (name) => (form.get(name) ? Number(form.get(name)) : null);
  const on = form.get("on");
  const at = form.get("time") ? new Date(`${on}T${form.get("time")}`).toISOString() : null;
  await add({ kind: form.get("kind"), on, at, count: number("count"), minutes: number("minutes"), waking: form.get("waking"), words: form.get("words") || "" });
  event.target.reset();
  document.getElementById("on").value = today();
});

document.getElementById("free").addEventListener("submit", async (event) => {
  event.preventDefault();
  document.getElementById("good-news").hidden = false;
  await add({ kind: "free_day", on: today(), kind_words: event.target.querySelector("button").textContent });
});

for (const form of document.querySelectorAll("form.flag")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await add({ kind: "red_flag", on: today(), red_flag: form.dataset.flag, flag_words: form.dataset.words });
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
