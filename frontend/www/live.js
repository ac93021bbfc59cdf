// SPDX-License-Identifier: BSD-2-Clause
// Answers as they come.  Without this file the form works just as well, with a wait.
"use strict";

const form = document.getElementById("ask");
const answer = document.getElementById("answer");
const progress = document.getElementById("progress");
const maxPorts = Number(form.dataset.maxPorts);
const syns = form.dataset.syns.split(" ").map(Number);
const wholeMs = Number(form.dataset.ms);
let stream = null;
let clock = null;

function say(text) {
  progress.textContent = text;
}

// No more ports than are allowed: the others can't be ticked.
function limitPorts() {
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=ports]")];
  const full = boxes.filter((box) => box.checked).length >= maxPorts;
  for (const box of boxes) box.disabled = full && !box.checked;
}

// The server knows what it sends when; a silent port gets all of it.
function tick(started) {
  const ms = performance.now() - started;
  const sent = syns.filter((at) => at <= ms).length;
  const left = Math.max(0, Math.ceil((wholeMs - ms) / 1000));
  const text = form.dataset.asking.replace("{sent}", sent).replace("{syns}", syns.length);
  say(text.replace("{left}", left));
}

function stop() {
  if (stream) stream.close();
  clearInterval(clock);
  stream = clock = null;
  form.querySelector("button").disabled = false;
}

function show(html) {
  answer.innerHTML = html;
}

// One port's article takes the place of the one that was waiting.
function showPort(html) {
  const fresh = document.createRange().createContextualFragment(html).firstElementChild;
  const waiting = fresh && document.getElementById(fresh.id);
  if (waiting) waiting.replaceWith(fresh);
}

function summary() {
  const words = [...answer.querySelectorAll(".port h4")].map((head) => head.textContent.replace(/[✔✘⊘?]/g, "").trim());
  return [form.dataset.done, words.join(", ")].join(" ").trim();
}

function ask(query) {
  const started = performance.now();
  stop();
  form.querySelector("button").disabled = true;
  answer.textContent = "";
  tick(started);
  clock = setInterval(tick, 250, started);
  stream = new EventSource(`${form.dataset.live}?${query}`);
  stream.addEventListener("resolved", (event) => show(event.data));
  stream.addEventListener("port", (event) => showPort(event.data));
  stream.addEventListener("done", (event) => {
    stop();
    show(event.data);
    say(summary());
  });
  stream.addEventListener("problem", (event) => {
    stop();
    say("");
    show(event.data);
  });
  stream.onerror = () => {
    stop();
    say(form.dataset.lost);
  };
}

form.addEventListener("change", limitPorts);
form.addEventListener("submit", (event) => {
  const query = new URLSearchParams(new FormData(form)).toString();
  event.preventDefault();
  history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
  ask(query);
});
limitPorts();
