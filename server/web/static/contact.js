// A contact's page. The secret stays in the address's fragment: what is sent is derived from it.
// For old phones: no library, no language newer than 2017's.
(() => {
  "use strict";

  const EVERY = 3000; // ms between two looks, while the page is seen: a link ends within five
  const STALE = 5 * 60 * 1000; // ms; an older place is called "last known"
  const CARD = ["phone_me", "police", "lawyer", "medical", "first_hours"];
  const byId = (id) => document.getElementById(id);
  const page = byId("page");
  let words = JSON.parse(byId("words").textContent);
  let language = document.documentElement.lang;
  let keys = null; // {lookup, key}
  let view = null;
  let asking = false;
  let failedAt = 0;
  let ahead = 0; // ms: an old phone's clock may be wrong, and an age must not be

  const isolated = (value) => document.documentElement.dir === "rtl" || /[\u0590-\u08ff]/.test(value)
    ? `\u2068${value}\u2069` : value;
  const say = (key, values) =>
    words[key].replace(/\{(\w+)\}/g, (_, name) => isolated(String(values[name])));

  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const name of Object.keys(attributes)) {
      if (name === "onclick") element.onclick = attributes[name];
      else element.setAttribute(name, attributes[name]);
    }
    for (const child of children) {
      if (child) element.appendChild(child.nodeType ? child : document.createTextNode(child));
    }
    return element;
  }

  const p = (text, kind = "") => h("p", { class: kind }, text);
  const now = () => Date.now() - ahead;
  function announce(text) {
    byId("said").textContent = text;
    if (text) setTimeout(announce, 8000, "");
  }

  // Keys

  const bytes = (text) => new TextEncoder().encode(text);
  const hex = (data) => Array.from(data, (byte) => `0${byte.toString(16)}`.slice(-2)).join("");
  const base64url = (data) =>
    btoa(String.fromCharCode(...data)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

  /** One-step key derivation (NIST SP 800-56C) with SHA-512. */
  async function derived(secret) {
    const hash = await crypto.subtle.digest("SHA-512", bytes(`\0\0\0\x01${secret}candlewire/1/link`));
    const found = new Uint8Array(hash);
    const lookup = hex(bytes(secret.slice(0, 4))) + hex(found.slice(32, 44));
    return { lookup, key: base64url(found.slice(0, 32)) };
  }

  // Server

  async function post(path, extra) {
    const answer = await fetch(path, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.assign({}, keys, extra)),
    });
    ahead = Date.now() - Date.parse(answer.headers.get("Date")) || 0;
    if (!answer.ok) throw answer;
    return answer.json();
  }

  async function speak(wanted) {
    if (wanted === language) return;
    const found = await (await fetch(`/t/strings/${wanted}.json`)).json();
    words = found.words;
    language = document.documentElement.lang = wanted;
    document.documentElement.dir = found.direction;
  }

  async function look() {
    if (asking || !keys || document.hidden) return;
    asking = true;
    let found;
    try {
      found = await post("/v1/contact/view");
      await speak(found.language);
    } catch (problem) {
      missed(problem);
      return;
    } finally {
      asking = false;
    }
    failedAt = 0;
    const same = JSON.stringify(found) === JSON.stringify(view);
    view = found;
    if (same) refresh();
    else draw();
  }

  function missed(problem) {
    if (problem.status === 404 || problem.status === 409) {
      calm(problem.status === 409 ? "pin_locked" : view ? "ended" : "gone");
      keys = view = null;
    } else if (problem.status === 403) {
      askPin(keys, "pin_ask");
    } else if (view) {
      failedAt = failedAt || now();
      refresh();
    } else {
      calm("offline");
    }
  }

  /** What the server gives for the right PIN opens the page; until then nothing is looked at. */
  function askPin(link, key) {
    keys = null;
    calm(key);
    const field = h("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", "aria-label": say("pin_ask") });
    const form = h("form", { class: "pair" }, field, h("button", {}, say("pin_open")));
    form.onsubmit = async (event) => {
      event.preventDefault();
      try {
        const found = await post("/v1/contact/pin", Object.assign({ pin: field.value.trim() }, link));
        keys = { lookup: link.lookup, key: found.key };
        look();
      } catch (problem) {
        if (problem.status === 403 || problem.status === 422) askPin(link, "pin_wrong");
        else if (problem.status) missed(problem);
        else announce(say("offline"));
      }
    };
    page.appendChild(form);
    field.focus();
  }

  async function answer(number) {
    for (const name of ["acting", "cannot"]) byId(name).disabled = true;
    let said = number === 1 ? "told_acting" : "told_cannot";
    try {
      view = await post("/v1/contact/answer", { answer: number });
    } catch (problem) {
      said = "not_told";
      missed(problem);
    }
    if (view) draw();
    announce(say(said));
  }

  // Page

  function calm(key) {
    page.setAttribute("aria-busy", "false");
    page.textContent = "";
    page.appendChild(h("h1", { class: "calm" }, say(key)));
  }

  function clock(at) {
    const locale = `${language}-u-nu-latn`;
    const time = new Date(at);
    const zone = { timeZone: view.timezone };
    const date = (day) => day.toLocaleDateString(locale, Object.assign({ day: "numeric", month: "short" }, zone));
    try {
      date(time);
    } catch (unknownZone) {
      delete zone.timeZone;
    }
    const hours = time.toLocaleTimeString(locale, Object.assign({ hour: "2-digit", minute: "2-digit", hour12: false }, zone));
    return date(time) === date(new Date(now())) ? hours : `${date(time)} ${hours}`;
  }

  const distance = (metres) => metres < 1000
    ? say("metres", { count: Math.max(1, Math.round(metres)) })
    : say("kilometres", { count: (metres / 1000).toFixed(1) });

  function age(at) {
    const minutes = Math.floor((now() - Date.parse(at)) / 60000);
    if (minutes < 1) return say("just_now");
    return minutes < 60 ? say("minutes_ago", { count: minutes }) : say("hours_ago", { count: Math.floor(minutes / 60) });
  }

  function draw() {
    const held = document.activeElement.id;
    page.setAttribute("aria-busy", "false");
    page.textContent = "";
    for (const part of [h("p", { id: "stale", class: "stale" }), head(), status(), where(), answers(), place(), card()]) {
      if (part) page.appendChild(part);
    }
    if (view.position) picture(byId("picture"), view.position.accuracy_m);
    refresh();
    if (held && byId(held)) byId(held).focus();
  }

  function head() {
    return h("header", { class: `head state-${view.state}` },
      view.kind === "drill" && p(say("drill"), "drill"),
      h("h1", {}, say("title", { name: view.name })),
      h("p", {}, `${say("since", { time: clock(view.opened_at) })} · `, h("bdi", { dir: "ltr" }, view.code)),
      view.pressed_again_at && p(say("pressed_again", { time: clock(view.pressed_again_at) }), "strong"));
  }

  function status() {
    const line = (role, text) => h("li", { class: `mark-${role}` }, text);
    const others = view.acting.filter((name) => name !== view.lead);
    return h("ul", { class: "status" },
      view.state === "stop_claimed" && line("open", say("stop_claimed")),
      view.office ? line("safe", say("office")) : line("open", say("no_office")),
      view.lead && line("safe", say("leads", { name: view.lead })),
      others.length > 0 && line("safe", say("acting", { names: others.join(", ") })),
      !view.acting.length && line("open", say("nobody")));
  }

  function where() {
    const found = view.position;
    const letters = found && [found.lat < 0 ? "S" : "N", found.lon < 0 ? "W" : "E"];
    const sure = found && (found.accuracy_m === null ? say("unsure") : say("within", { distance: distance(found.accuracy_m) }));
    return h("section", {},
      h("h2", {}, say("where")),
      found && h("p", { class: "coordinates" }, h("bdi", { dir: "ltr" },
        `${letters[0]}${Math.abs(found.lat).toFixed(4)} ${letters[1]}${Math.abs(found.lon).toFixed(4)}`)),
      p(!found ? say("no_place") : found.source === "last_known" ? sure : `${sure} · ${say(found.source)}`),
      h("p", { id: "age" }),
      view.battery !== null && p(say("battery", { percent: `${Math.round(view.battery * 100)}%` })));
  }

  /** What counts with the time: the age of the place, and of the connection. */
  function refresh() {
    const found = view.position;
    if (found) {
      const old = found.source === "last_known" || now() - Date.parse(found.at) > STALE;
      byId("age").className = old ? "strong" : "";
      byId("age").textContent = say(old ? "seen_last" : "seen", { time: clock(found.at), age: age(found.at) });
    }
    byId("stale").hidden = !failedAt;
    byId("stale").textContent = failedAt ? say("stale", { time: clock(failedAt) }) : "";
  }

  function answers() {
    const given = view.you.answer;
    const button = (number, name, key) =>
      h("button", { id: name, class: name, "aria-pressed": given === name, onclick: () => answer(number) }, say(key));
    return h("section", { class: "answers" },
      h("h2", {}, say(given === "acting" ? "you_act" : given ? "you_cannot" : "ask")),
      h("div", { class: "pair" }, button(1, "acting", "i_act"), button(2, "cannot", "i_cannot")),
      given && p(say("change"), "small"));
  }

  function place() {
    const found = view.position;
    if (!found) return null;
    const numbers = `${found.lat.toFixed(5)},${found.lon.toFixed(5)}`;
    const within = found.accuracy_m === null ? "" : `;u=${Math.round(found.accuracy_m)}`;
    return h("section", {},
      h("canvas", { id: "picture", role: "img", "aria-label": say("picture") }),
      h("div", { class: "pair" },
        navigator.clipboard && h("button", { id: "copy", onclick: () => copy(numbers) }, say("copy")),
        h("a", { href: `geo:${numbers}${within}` }, say("open_map"))),
      p(say("map_warning"), "small"));
  }

  async function copy(text) {
    await navigator.clipboard.writeText(text);
    byId("copy").textContent = say("copied");
    announce(say("copied"));
  }

  function card() {
    const rows = CARD.filter((name) => view.card && view.card[name]);
    return rows.length > 0 && h("section", {}, h("h2", {}, say("what_to_do")),
      h("dl", {}, ...rows.map((name) => h("div", {},
        h("dt", {}, say(`card_${name}`, { name: view.name })), h("dd", { dir: "auto" }, view.card[name])))));
  }

  /** The circle that the phone is within, north up, with a scale: no map, and no other host. */
  function picture(canvas, accuracy) {
    const colours = getComputedStyle(document.documentElement);
    const colour = (role) => colours.getPropertyValue(`--${role}`).trim();
    const density = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const pen = canvas.getContext("2d");
    canvas.width = width * density;
    canvas.height = height * density;
    pen.scale(density, density);
    pen.textAlign = "left"; // the text itself runs as its language does
    pen.font = `14px ${getComputedStyle(document.body).fontFamily}`;
    const circle = (radius) => {
      pen.beginPath();
      pen.arc(width / 2, height / 2, radius, 0, 2 * Math.PI);
    };
    const radius = height * 0.36;
    pen.strokeStyle = colour("line");
    for (let ring = radius / 2; ring < width; ring += radius / 2) {
      circle(ring);
      pen.stroke();
    }
    pen.fillStyle = pen.strokeStyle = colour("alarm");
    if (accuracy !== null) {
      circle(radius);
      pen.globalAlpha = 0.16;
      pen.fill();
      pen.globalAlpha = 1;
      pen.stroke();
    }
    circle(6);
    pen.fill();
    pen.fillStyle = colour("text");
    pen.fillText("N", width / 2 + 6, 16);
    if (accuracy !== null) scale(pen, Math.max(1, accuracy) / radius, height);
  }

  function scale(pen, metresPerPixel, height) {
    const most = 110 * metresPerPixel;
    const power = 10 ** Math.floor(Math.log10(most));
    const metres = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
    pen.fillRect(12, height - 13, metres / metresPerPixel, 2);
    pen.fillText(distance(metres), 12, height - 20);
  }

  async function begin() {
    const secret = location.hash.slice(1);
    keys = view = null;
    if (!/^[0-9A-Za-z]{22}$/.test(secret)) return calm("gone");
    if (!window.crypto || !crypto.subtle) return calm("old_browser");
    keys = await derived(secret);
    return look();
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("hashchange", begin);
  begin();
})();
