// SPDX-License-Identifier: BSD-2-Clause
// Shows answers as they arrive, and adds conveniences to the page.  Without this file the form works
// as well, but the answer comes all at once.
"use strict";

const form = document.getElementById("ask");
const answer = document.getElementById("answer");
const say = (text) => setText("progress", text);
const shown = new Map();
let stream = null;
let clock = null;

function setText(id, text) {
  document.getElementById(id).textContent = text;
}

function boxes(name = "ports") {
  return [...form.querySelectorAll(`input[type=checkbox][name=${name}]`)];
}

// --- the question ---------------------------------------------------------------------------

// Once the limit is reached, the other boxes can't be ticked.
function limit(all, most) {
  const chosen = all.filter((box) => box.checked).length;
  for (const box of all) box.disabled = chosen >= most && !box.checked;
  return chosen;
}

function countChosen() {
  const all = boxes();
  const most = Number(form.dataset.maxPorts);
  const chosen = limit(all, most);
  limit(boxes("from"), Number(document.getElementById("from")?.dataset.max));
  if (all.length === 0) return;
  setText("count", chosen > 0 ? `${chosen} ${form.dataset.count} ${most}` : form.dataset.pick);
}

// A pasted URL or "host:port" brings its own port, so no box needs to be ticked.
function namesPort(text) {
  return /:\/\/|^[^:]+:\d+|\]:\d+/.test(text.trim());
}

function fillOwn(event) {
  event.preventDefault();
  form.elements.host.value = event.target.textContent;
  form.elements.host.focus();
}

// --- the answer ------------------------------------------------------------------------------

// The server states its schedule of SYNs; a silent port gets all of them.
function tick(started) {
  const ms = performance.now() - started;
  const syns = form.dataset.syns.split(" ").map(Number);
  const sent = syns.filter((at) => at <= ms).length;
  const left = Math.max(0, Math.ceil((Number(form.dataset.ms) - ms) / 1000));
  const text = form.dataset.clock.replace("{sent}", sent).replace("{syns}", syns.length);
  setText("clock", text.replace("{left}", left));
}

function stop() {
  if (stream) stream.close();
  clearInterval(clock);
  stream = clock = null;
  setText("clock", "");
  form.querySelector("button").disabled = false;
}

function parse(html) {
  return document.createRange().createContextualFragment(html);
}

function show(html) {
  shown.clear();
  answer.innerHTML = html;
  addCopies(answer);
}

// Shows cards at once, before the name is looked up.
function showAsking() {
  const cards = boxes().filter((box) => box.checked).map((box) => {
    const card = document.createElement("article");
    const head = document.createElement("h4");
    card.className = "port waiting";
    head.textContent = `${box.parentElement.textContent.trim()} ${form.dataset.waiting}`;
    card.append(head);
    return card;
  });
  answer.replaceChildren(...cards);
}

// Replaces the element with the same id, unless the content is the same: opened details stay open,
// and nothing jumps.
function put(fresh) {
  const old = fresh && document.getElementById(fresh.id);
  const html = fresh && fresh.outerHTML;
  if (!old || shown.get(fresh.id) === html) return;
  old.replaceWith(fresh);
  shown.set(fresh.id, html);
  addCopies(fresh);
}

function showDone(html) {
  const whole = parse(html);
  // with places, differing ports come first, which is known only now
  if (!answer.querySelector("#about") || whole.querySelector(".compared")) return show(html);
  for (const part of whole.querySelectorAll("article, #about")) put(part);
  const take = whole.querySelector("#take");
  if (take && !document.getElementById("take")) {
    answer.querySelector("section.answer").append(take);
    addCopies(take);
  }
}

function summary() {
  const heads = [...answer.querySelectorAll(".port h4, .compared > p")].map((head) => {
    const copy = head.cloneNode(true);
    copy.querySelector(".mark")?.remove();
    return copy.textContent.trim();
  });
  const news = [...new Set(heads)]; // both families often have the same answer
  return [form.dataset.done, news.join(". ")].join(" ").trim();
}

function ask(query) {
  const started = performance.now();
  stop();
  form.querySelector("button").disabled = true;
  say(form.dataset.asking);
  showAsking();
  if (answer.getBoundingClientRect().top > 0.6 * innerHeight) answer.scrollIntoView();
  tick(started);
  clock = setInterval(tick, 250, started);
  stream = new EventSource(`${form.dataset.live}?${query}`);
  stream.addEventListener("resolved", (event) => show(event.data));
  stream.addEventListener("port", (event) => put(parse(event.data).firstElementChild));
  stream.addEventListener("place", (event) => [...parse(event.data).children].forEach(put));
  stream.addEventListener("done", (event) => {
    stop();
    showDone(event.data);
    say(summary());
  });
  stream.addEventListener("problem", (event) => {
    stop();
    say("");
    show(event.data);
  });
  stream.onerror = () => {
    stop();
    answer.querySelectorAll(".waiting").forEach((card) => card.remove());
    say(form.dataset.lost);
  };
}

// --- to take home ---------------------------------------------------------------------------

// Over plain HTTP, browsers offer only the old copy command.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "away";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("no clipboard");
}

function copyButton(label, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", async () => {
    await copy(text());
    button.textContent = form.dataset.copied;
    setTimeout(() => (button.textContent = label), 2000);
  });
  return button;
}

// Adds buttons beside the answer's links, once the answer is complete.
function addActs() {
  const acts = answer.querySelector(".acts");
  const link = acts?.querySelector(".share");
  if (!link || !document.getElementById("take") || acts.querySelector("button")) return;
  for (const pre of answer.querySelectorAll("#take pre[data-act]"))
    acts.append(copyButton(pre.dataset.act, () => pre.querySelector("code").textContent));
  link.replaceWith(copyButton(link.dataset.act, () => link.href));
}

function addCopies(part) {
  for (const origin of part.querySelectorAll(".origin"))
    origin.textContent = form.dataset.home.replace(/(en|de)$/, "");
  for (const pre of part.querySelectorAll("pre")) {
    const button = copyButton(form.dataset.copy, () => pre.querySelector("code").textContent);
    button.className = "copy";
    pre.prepend(button);
  }
  addActs();
}

// Makes links absolute, so that they stay right when the address changes to that of the answer.
function fixLinks() {
  for (const link of document.querySelectorAll("a[href], link[href]")) link.href = link.href;
  for (const name of ["home", "live"]) form.dataset[name] = new URL(form.dataset[name], location.href).href;
}

if (form) {
  fixLinks();
  form.addEventListener("change", countChosen);
  form.addEventListener("submit", (event) => {
    const query = new URLSearchParams(new FormData(form)).toString();
    event.preventDefault();
    if (boxes().length > 0 && !boxes().some((box) => box.checked) && !namesPort(form.elements.host.value)) {
      say(form.dataset.few);
      boxes()[0].focus();
      return;
    }
    history.pushState(null, "", `${form.dataset.home}?${query}`);
    ask(query);
  });
  window.addEventListener("popstate", () => location.reload());
  document.querySelector("a.own")?.addEventListener("click", fillOwn);
  countChosen();
  addCopies(document);
}
