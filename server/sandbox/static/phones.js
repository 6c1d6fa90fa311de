// Draws the simulated phones and sends their answers. Texts are only ever set as text.

const EVERY = 600; // milliseconds between looks while the page is seen
const CHECK = "M2 7l4 4 8-9";
const SHAPES = {
  queued: "M11 2a5 5 0 1 0 .01 0z",
  accepted: "M11 2a5 5 0 1 0 .01 0z",
  sent: CHECK,
  delivered: "M2 7l4 4 8-9M10 11l8-9",
  undelivered: "M6 2l10 10M16 2L6 12",
  failed: "M6 2l10 10M16 2L6 12",
  "no-answer": "M6 2l10 10M16 2L6 12",
  busy: "M6 2l10 10M16 2L6 12",
  "in-progress": CHECK,
  completed: CHECK,
};
const LOST = new Set(["undelivered", "failed"]);
const LINK = /https?:\/\/[^\s<>"]+/g;

const strings = JSON.parse(document.body.dataset.strings);
const row = document.querySelector(".phones");
const finder = document.querySelector(".finder");
const line = document.querySelector(".line");
const shown = new Map(); // number → handset
let version = "";
let heardAt = new Date();

const say = (key, values = {}) =>
  (strings[`sandbox.${key}`] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const clockFormat = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function copy(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

// A link opens apart from this page and learns nothing about it.
function write(place, text) {
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    const link = document.createElement("a");
    link.href = found[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.dir = "ltr";
    link.textContent = found[0];
    place.append(text.slice(end, found.index), link);
    end = found.index + found[0].length;
  }
  place.append(text.slice(end));
}

function makeBubble(entry) {
  const bubble = copy("bubble");
  const at = new Date(entry.at);
  bubble.classList.add(entry.kind, "new");
  write(bubble.querySelector(".words"), entry.body);
  if (entry.kind === "call") {
    const kind = bubble.querySelector(".kind");
    kind.textContent = say("call");
    kind.hidden = false;
    const keys = bubble.querySelector(".keys");
    keys.addEventListener("click", ({ target }) => {
      const key = target.closest("button");
      if (key) press(bubble, { sid: entry.sid, ...(key.value ? { digits: key.value } : { decline: true }) });
    });
  }
  const time = bubble.querySelector("time");
  time.dateTime = entry.at;
  time.title = at.toString();
  time.textContent = clockFormat.format(at);
  if (entry.kind === "text") {
    const parts = bubble.querySelector(".parts");
    parts.textContent = entry.segments === 1 ? say("one_part") : say("parts", { count: entry.segments });
    parts.title = entry.encoding;
  }
  return bubble;
}

// A key on a call: picks it up, presses, and the line goes on.
async function press(bubble, keys) {
  for (const key of bubble.querySelectorAll(".keys button")) key.disabled = true;
  try {
    await fetch("_sandbox/keys", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(keys),
    });
  } finally {
    for (const key of bubble.querySelectorAll(".keys button")) key.disabled = false;
  }
  look();
}

// What the line says now, and whether a key can still be pressed on it.
function updateCall(bubble, entry) {
  const words = bubble.querySelector(".words");
  if (words.textContent !== entry.body) words.textContent = entry.body;
  bubble.querySelector(".keys").hidden = !entry.open;
}

function updateState(bubble, entry) {
  if (entry.kind === "reply" || bubble.dataset.status === entry.status) return;
  bubble.dataset.status = entry.status;
  bubble.classList.toggle("lost", LOST.has(entry.status));
  const state = bubble.querySelector(".state");
  state.className = `state ${entry.status === "accepted" ? "queued" : entry.status}`;
  state.querySelector("path").setAttribute("d", SHAPES[entry.status] ?? SHAPES.queued);
  const word = say(`state_${entry.status.replace("-", "_")}`);
  state.querySelector(".word").textContent = entry.error ? `${word} (${entry.error})` : word;
}

function makeHandset(phone) {
  const handset = copy("handset");
  const name = phone.name ?? phone.number;
  handset.setAttribute("aria-label", name);
  handset.querySelector(".name").textContent = name;
  handset.querySelector(".owner").classList.toggle("unnamed", !phone.name);
  handset.querySelector(".number bdi").textContent = phone.number;
  handset.querySelector(".initial").textContent = phone.name ? [...phone.name][0] : "#";
  handset.querySelector(".thread").setAttribute("aria-label", name);
  handset.bubbles = new Map();
  const form = handset.querySelector(".answer");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(handset, form.elements.body.value, () => form.reset());
  });
  for (const tap of form.querySelectorAll(".taps button")) {
    tap.addEventListener("click", () => answer(handset, tap.value, () => {}));
  }
  return handset;
}

function updateHandset(handset, phone) {
  handset.number = phone.number;
  handset.line = phone.line;
  for (const control of handset.querySelectorAll(".answer :is(button, input)")) {
    control.disabled = phone.line === null;
  }
  const thread = handset.querySelector(".thread");
  const kept = new Set(phone.entries.map((entry) => entry.sid));
  for (const [sid, bubble] of handset.bubbles) {
    if (kept.has(sid)) continue;
    bubble.remove();
    handset.bubbles.delete(sid);
  }
  for (const entry of phone.entries) {
    let bubble = handset.bubbles.get(entry.sid);
    if (!bubble) {
      bubble = makeBubble(entry);
      handset.bubbles.set(entry.sid, bubble);
      thread.append(bubble);
      requestAnimationFrame(() => thread.scrollTo(0, thread.scrollHeight));
    }
    updateState(bubble, entry);
    if (entry.kind === "call") updateCall(bubble, entry);
  }
  const waiting = thread.querySelector(".waiting");
  if (phone.entries.length) waiting?.remove();
  else if (!waiting) thread.append(copy("waiting"));
}

async function answer(handset, body, done) {
  const trouble = handset.querySelector(".trouble");
  try {
    const response = await fetch("_sandbox/replies", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ from: handset.number, to: handset.line, body }),
    });
    trouble.hidden = response.ok;
    if (response.ok) done();
  } catch {
    trouble.hidden = false;
  }
  look();
}

function draw({ phones, folded, searchable }) {
  const wanted = new Set(phones.map((phone) => phone.number));
  for (const [number, handset] of shown) {
    if (wanted.has(number)) continue;
    handset.remove();
    shown.delete(number);
  }
  // Moving a handset takes the focus away: whoever is typing keeps their place.
  const typing = row.contains(document.activeElement);
  phones.forEach((phone, place) => {
    let handset = shown.get(phone.number);
    if (!handset) {
      handset = makeHandset(phone);
      shown.set(phone.number, handset);
      row.append(handset);
    }
    if (!typing && row.children[place] !== handset) row.insertBefore(handset, row.children[place]);
    updateHandset(handset, phone);
  });
  const nothing = phones.length === 0;
  finder.hidden = !searchable;
  row.hidden = nothing;
  document.querySelector(".empty").hidden = !nothing || searchable;
  const more = document.querySelector(".folded");
  more.hidden = !searchable || (folded === 0 && !nothing);
  more.textContent = nothing ? say("no_match") : say("folded", { count: folded });
}

function report(live) {
  if (live) heardAt = new Date();
  line.dataset.live = String(live);
  line.querySelector(".word").textContent = live
    ? say("live")
    : say("stale", { time: clockFormat.format(heardAt) });
}

async function look() {
  const query = new URLSearchParams({ after: version, search: finder.elements.search.value });
  try {
    const response = await fetch(`_sandbox/phones?${query}`, { cache: "no-store" });
    if (response.status === 200) {
      const news = await response.json();
      version = news.version;
      draw(news);
    }
    report(response.ok);
  } catch {
    report(false);
  }
}

async function watch() {
  if (!document.hidden) await look();
  const time = clockFormat.format(new Date());
  for (const clock of row.querySelectorAll(".clock")) clock.textContent = time;
  setTimeout(watch, EVERY);
}

finder.addEventListener("submit", (event) => event.preventDefault());
finder.addEventListener("input", () => {
  version = "";
  look();
});
watch();
