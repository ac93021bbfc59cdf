// SPDX-License-Identifier: BSD-2-Clause
// differential.js FILE: what the WHATWG URL parser makes of the host strings that
// differential.c wrote there: the same address, the same name, or nothing.
"use strict";
const fs = require("fs");

const SHOWN_MAX = 20;

// The eight groups of "[2001:db8::1]".
function groups(hostname) {
  const [head, tail] = hostname.slice(1, -1).split("::");
  const front = head ? head.split(":") : [];
  if (tail === undefined) return front.join(":");
  const back = tail ? tail.split(":") : [];
  const zeros = Array(8 - front.length - back.length).fill("0");
  return [...front, ...zeros, ...back].join(":");
}

function read(kind, text) {
  try {
    const host = new URL(`http://${kind === "6" ? `[${text}]` : text}/`).hostname;
    return host.startsWith("[") ? groups(host) : host.replace(/\.$/, "");
  } catch {
    return null;
  }
}

let count = 0, unread = 0, wrong = 0;
for (const line of fs.readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line === "") continue;
  const [kind, text, expected] = line.split("\t");
  const found = read(kind, text);
  count++;
  if (found === null) unread++;
  if (found === null || found === expected) continue;
  if (wrong++ < SHOWN_MAX) console.error(`differential: "${text}": portlight reads ${expected}, a URL ${found}`);
}
console.log(`differential: ${count} accepted strings, ${unread} of them no URL's host, ${wrong} read otherwise by node`);
process.exit(wrong === 0 && count > 0 ? 0 : 1);
