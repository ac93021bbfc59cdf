// SPDX-License-Identifier: BSD-2-Clause
// Compares the WAN address that a router shows with the one that the world sees.  This runs only in
// the page; the input is sent nowhere.  The page has the conclusions, in its language.
"use strict";

const form = document.getElementById("cgnat");
const seen = document.getElementById("seen");
const wan = document.getElementById("wan");

/** The four numbers of an IPv4 address in its strict form, or null. */
function parse(text) {
  const parts = text.trim().split(".");
  const plain = parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return parts.length === 4 && plain ? parts.map(Number) : null;
}

/** Is the address in the prefix? */
function isIn(address, first, second, bits) {
  const mask = (0xffff << (16 - bits)) & 0xffff;
  return (((address[0] << 8) | address[1]) & mask) === (((first << 8) | second) & mask);
}

/** The name of the conclusion: data-case of one of the page's paragraphs. */
function conclude(wanText, seenText) {
  const address = parse(wanText);
  const outside = parse(seenText);
  if (/^\s*(-|0\.0\.0\.0|)\s*$/.test(wanText)) return "none";
  if (wanText.includes(":")) return "ipv6";
  if (address === null) return "mistake";
  if (isIn(address, 100, 64, 10)) return "cgnat";
  if (isIn(address, 192, 168, 16)) return "second-router";
  if (isIn(address, 10, 0, 8) || isIn(address, 172, 16, 12)) return "private";
  if (isIn(address, 192, 0, 16) && address[2] === 0 && address[3] < 8) return "ds-lite";
  if (isIn(address, 169, 254, 16) || isIn(address, 127, 0, 8) || address[0] >= 224) return "no-address";
  if (outside === null) return "unknown-outside";
  return address.every((part, i) => part === outside[i]) ? "equal" : "different";
}

function show() {
  const found = conclude(wan.value, seen.value);
  for (const part of form.querySelectorAll("[data-case]")) {
    part.hidden = part.dataset.case !== found;
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
fetch(form.dataset.me)
  .then((answer) => answer.json())
  .then((me) => {
    if (me.family === "ipv4" && seen.value === "") seen.value = me.address;
    form.querySelector("[data-by-ipv6]").hidden = me.family !== "ipv6";
  })
  .catch(() => {}); // then the user types it
