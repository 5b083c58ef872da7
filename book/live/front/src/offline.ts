// The service worker keeps what a reader has loaded, so that the next visit starts from
// disk and the book can be read and run without a network.

/** What the build knows: digests of what may change, and what belongs to the book. */
declare const BOOK: { version: string; python: string; files: string[]; memory: string; libraries: string[] };

const scope = self as unknown as ServiceWorkerGlobalScope;
const PAGES = `book-${BOOK.version}`;
const PYTHON = `python-${BOOK.python}`;
const root = new URL(scope.registration.scope);

/** Milliseconds that a page from the network may take when an older copy is there. */
const PATIENCE = 3000;

scope.addEventListener("install", () => void scope.skipWaiting());

scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));

scope.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepAll());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return;
  const path = url.pathname.slice(root.pathname.length);
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (path.startsWith("_static/live/python/")) event.respondWith(kept(request, PYTHON));
  else if (path.startsWith("_static/")) event.respondWith(kept(request, PAGES));
});

async function takeOver(): Promise<void> {
  const old = (await caches.keys()).filter((name) => /^(book|python)-/.test(name) && name !== PAGES && name !== PYTHON);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** Answer from what was kept, or from the network, and keep that. */
async function kept(request: Request, name: string): Promise<Response> {
  const cache = await caches.open(name);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone()).catch(() => undefined);
  return answer;
}

/** Answer with the newest page there is; an older one if the network is slow or gone. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(PAGES);
  const plain = new URL(request.url);
  plain.hash = plain.search = "";
  const old = await cache.match(plain.href);
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put(plain.href, answer.clone()).catch(() => undefined);
    return answer;
  });
  if (!old) return fresh.catch(() => absent());
  const late = new Promise<Response>((answer) => setTimeout(() => answer(old), PATIENCE));
  return Promise.race([fresh.catch(() => old), late]);
}

function absent(): Response {
  const text = "<!doctype html><meta charset=utf-8><title>Offline</title><p>You are offline, and this page was not loaded before.";
  return new Response(text, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Keep every page and what it loads; where Python was used, what it may look for too. */
async function keepAll(): Promise<void> {
  await keepThese(PAGES, BOOK.files);
  const python = await caches.open(PYTHON);
  if (await python.match(new URL(BOOK.memory, root).href)) await keepThese(PYTHON, BOOK.libraries);
}

async function keepThese(name: string, files: string[]): Promise<void> {
  const cache = await caches.open(name);
  for (const file of files) {
    const url = new URL(file, root).href;
    if (await cache.match(url)) continue;
    const answer = await fetch(url).catch(() => undefined);
    if (!answer) return;
    if (answer.ok) await cache.put(url, answer).catch(() => undefined);
  }
}

export {};
