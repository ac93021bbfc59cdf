// SPDX-License-Identifier: BSD-2-Clause
// A client as people make one of openapi.json: asks BASE about HOST in each way, and prints what
// it was told.  That it compiles is half of the test (test_client.py).
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

declare const process: { argv: string[]; exitCode: number };

type Port = components["schemas"]["Port"];

function line(port: Port): string {
  const state: "open" | "closed" | "filtered" | "unknown" = port.state;
  const rtt: number | null = port.rtt_ms;
  return `${port.port} ${state} ${rtt === null ? "silent" : "answered"}`;
}

const [, , base, host] = process.argv;
const client = createClient<paths, `application/${string}`>({ baseUrl: base });

// trace and packets may be left out
const posted = await client.POST("/api/v1/check", { body: { host, ports: [443, 80] } });
if (posted.error) throw new Error(posted.error.detail);
for (const target of posted.data.addresses) for (const port of target.ports) console.log("POST", line(port));

const got = await client.GET("/api/v1/check", { params: { query: { host, ports: [25], trace: true } } });
if (got.error) throw new Error(got.error.detail);
for (const target of got.data.addresses) for (const port of target.ports) console.log("GET", line(port));

const refused = await client.POST("/api/v1/check", { body: { host: "10.0.0.1", ports: [443] } });
if (!refused.error) throw new Error("a private address was checked");
const type: "/problems/target-not-allowed" | string = refused.error.type;
console.log("refused", refused.response.status, type, refused.error.code);

const ports = await client.GET("/api/v1/ports");
console.log("ports", ports.data?.ports.some((each) => each.port === 443));
const limits = await client.GET("/api/v1/limits");
console.log("limits", limits.data?.max_ports);
const me = await client.GET("/api/v1/me");
console.log("me", me.data?.family);
