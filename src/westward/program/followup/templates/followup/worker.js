{% autoescape off %}// Keeps the diary's page and files for use without a connection; everything else goes to the server as it is.
const CACHE = "westward-diary-1";
const FILES = {{ files }};
const PREFIX = {{ prefix }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("westward-diary-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const isPage = (url) => /^\/diary\/\d+\/$/.test(url.pathname);

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (isPage(url)) {
    event.respondWith(
      fetch(event.request)
        .then((answer) => {
          if (answer.ok && !answer.redirected) {
            const copy = answer.clone();
            caches.open(CACHE).then((cache) => cache.put(url.pathname, copy));
          }
          return answer;
        })
        .catch(() => caches.match(url.pathname)),
    );
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(url.pathname)));
  }
});
{% endautoescape %}
