// The phone: sends what a person does to the server, which turns it into WeChat XML and posts it to the real webhook.
"use strict";
const $ = (id) => document.getElementById(id);
const TAPPABLE = /<a href="([^"]*)">([^<]*)<\/a>/g;
let person = localStorage.getItem("person") || newPerson();

function newPerson() {
  const name = "demo-" + crypto.getRandomValues(new Uint32Array(2)).join("");
  localStorage.setItem("person", name);
  return name;
}

function row(side, content, extra = "") {
  const line = document.createElement("div");
  line.className = `row ${side} ${extra}`;
  const face = document.createElement("div");
  face.className = "face";
  face.textContent = side === "mine" ? "我" : "工";
  face.setAttribute("aria-hidden", "true");
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.append(...content);
  line.append(face, bubble);
  $("chat").append(line);
  line.scrollIntoView({ block: "end" });
  return bubble;
}

// Text of a reply: WeChat's own tappable lines become buttons, other links open a new page, all else stays text.
function parts(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(TAPPABLE)) {
    out.push(document.createTextNode(text.slice(at, found.index)));
    out.push(link(unescape_(found[1]), unescape_(found[2])));
    at = found.index + found[0].length;
  }
  out.push(document.createTextNode(text.slice(at)));
  return out;
}

function unescape_(text) {
  return text.replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&#39;/g, "'").replace(/&amp;/g, "&");
}

function link(href, label) {
  if (href.startsWith("weixin://bizmsgmenu")) {
    const words = new URLSearchParams(href.split("?")[1] || "").get("msgmenucontent") || label;
    const button = document.createElement("button");
    button.className = "choice";
    button.textContent = label;
    button.addEventListener("click", () => send(words, words));
    return button;
  }
  const anchor = document.createElement("a");
  if (/^https?:/.test(href)) anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noreferrer";
  anchor.textContent = label;
  return anchor;
}

function card(article) {
  const anchor = link(article.url, "");
  anchor.className = "card";
  const title = document.createElement("strong");
  title.textContent = article.title;
  const about = document.createElement("span");
  about.textContent = article.description;
  anchor.append(title, about);
  return anchor;
}

let queue = Promise.resolve();
function send(user, shown, extra = "") {
  if (shown) row("mine", [document.createTextNode(shown)], extra);
  queue = queue.then(() => post(user)).catch((error) => note(`发不出去：${error.message}`));
  return queue;
}

// A copy of the last message goes out with the same number and time, as WeChat's second delivery does.
let last = null;

async function post(user) {
  const copy = user.repeat_of_previous ? last : null;
  if (user.repeat_of_previous && !copy) return note("还没有上一条可以重发");
  const message = copy || { user };
  const answer = await fetch("send", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ from: person, safe: $("safe").checked, ...message }),
  });
  if (!answer.ok) throw new Error(`服务器回 ${answer.status}`);
  const result = await answer.json();
  last = { user: message.user, id: result.id, at: result.at };
  show(result);
}

function show(result) {
  $("sent").textContent = result.sent;
  $("received").textContent = result.received;
  $("why").replaceChildren(...result.why.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  if (result.kind === "text") row("theirs", parts(result.text));
  else if (result.kind === "news") row("theirs", [card(result.article)]);
  else note("（机器人没有回话）");
}

function note(text) {
  const line = document.createElement("div");
  line.className = "silence";
  line.textContent = text;
  $("chat").append(line);
  line.scrollIntoView({ block: "end" });
}

// ------------------------------------------------------------ keyboard and panel

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = $("words").value.trim();
  if (!words) return;
  $("words").value = "";
  const spoken = $("voice").getAttribute("aria-pressed") === "true";
  send(spoken ? { voice: words } : words, words, spoken ? "voice" : "");
});
$("voice").addEventListener("click", () => {
  const on = $("voice").getAttribute("aria-pressed") !== "true";
  $("voice").setAttribute("aria-pressed", String(on));
  $("words").placeholder = on ? "写下说的话，当语音发" : "打字问工会";
  $("words").focus();
});
$("plus").addEventListener("click", () => {
  $("panel").hidden = !$("panel").hidden;
  $("plus").setAttribute("aria-expanded", String(!$("panel").hidden));
});
$("panel").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.open) return openMap();
  send(JSON.parse(button.dataset.user), `［${button.textContent.replace(/^\P{Script=Han}+/u, "")}］`);
});
$("newcomer").addEventListener("click", () => {
  person = newPerson();
  $("chat").replaceChildren();
  last = null;
  send({ event: "subscribe" }, "");
});
$("open-drawer").addEventListener("click", () => {
  const open = $("drawer").classList.toggle("open");
  $("open-drawer").setAttribute("aria-expanded", String(open));
  $("open-drawer").textContent = open ? "关报文" : "看报文";
});

// ------------------------------------------------------------ the account's menu

$("menu").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const list = button.parentElement.querySelector("ul");
  for (const other of $("menu").querySelectorAll("ul")) if (other !== list) other.hidden = true;
  if (list) list.hidden = !list.hidden;
  if (button.dataset.key) send({ menu_click: button.dataset.key }, `［菜单：${button.textContent}］`);
});

// ------------------------------------------------------------ the map: x is east, y is south, in thousandths of a degree

let view = null;
let islands = null;

async function openMap() {
  $("map").hidden = false;
  if (!islands) {
    islands = await (await fetch("islands.json")).json();
    drawIslands();
  }
  $("typed").focus();
}

function drawIslands() {
  const points = islands.flatMap((island) => island.rings.flat());
  const [west, east] = [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0]))];
  const [north, south] = [Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))];
  view = [west, north, east - west, south - north];
  for (const island of islands) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", island.rings.map((ring) => "M" + ring.map((p) => p.join(",")).join("L") + "Z").join(""));
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = island.name;
    path.append(title);
    $("islands").append(path);
  }
  setView();
}

function setView() {
  $("islands").setAttribute("viewBox", view.join(" "));
}

function zoom(factor) {
  const [x, y, width, height] = view;
  view = [x + (width - width * factor) / 2, y + (height - height * factor) / 2, width * factor, height * factor];
  setView();
}

let drag = null;
$("islands").addEventListener("pointerdown", (event) => {
  drag = { x: event.clientX, y: event.clientY, view: [...view], moved: false };
  $("islands").setPointerCapture(event.pointerId);
});
$("islands").addEventListener("pointermove", (event) => {
  if (!drag) return;
  const scale = $("islands").getScreenCTM().a;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (Math.hypot(dx, dy) > 5) drag.moved = true;
  if (drag.moved) {
    view = [drag.view[0] - dx / scale, drag.view[1] - dy / scale, drag.view[2], drag.view[3]];
    setView();
  }
});
$("islands").addEventListener("pointerup", (event) => {
  const moved = drag && drag.moved;
  drag = null;
  if (moved) return;
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform($("islands").getScreenCTM().inverse());
  sendPlace({ map_point: [point.x, point.y] }, "［地图上的位置］");
});
$("nearer").addEventListener("click", () => zoom(0.6));
$("farther").addEventListener("click", () => zoom(1 / 0.6));
$("close-map").addEventListener("click", () => { $("map").hidden = true; });
$("typed-place").addEventListener("submit", (event) => {
  event.preventDefault();
  const numbers = $("typed").value.split(/[,，\s]+/).map(Number);
  if (numbers.length !== 2 || numbers.some(Number.isNaN)) return note("位置写成“纬度,经度”，例如 29.95,122.30");
  sendPlace({ location: numbers }, `［位置 ${numbers.join(", ")}］`);
});

function sendPlace(user, shown) {
  $("map").hidden = true;
  $("panel").hidden = true;
  send(user, shown);
}

// ------------------------------------------------------------ begin

fetch("settings.json").then((answer) => answer.json()).then((settings) => {
  $("safe").checked = settings.mode === "safe";
  $("safe").disabled = settings.mode !== "compatible";
  $("mode-note").textContent = { plain: "服务器设为明文模式。", safe: "服务器设为安全模式。", compatible: "服务器设为兼容模式，两种都收。" }[settings.mode];
  send({ event: "subscribe" }, "");
});
$("words").focus();
