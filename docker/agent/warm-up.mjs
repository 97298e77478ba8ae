// Starts the gateway once while the image is built and chats with it, so that V8's compile cache is filled.
//
// Runs as the run user, because the cache is keyed by uid and file name. Uses no network but loopback, and keeps its
// config and state in /tmp, which it empties at the end: nothing of this run but the cache stays in the image.
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const WORK = "/tmp/warm-up";
const TOKEN = "warm-up";
const GATEWAY = "http://127.0.0.1:18789";
const LIMIT_MS = 180_000;

const model = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "m", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  response.end(`${chunk({ role: "assistant", content: "warm" })}${chunk({}, "stop")}data: [DONE]\n\n`);
});

const config = (baseUrl) => ({
  gateway: {
    mode: "local",
    port: 18789,
    bind: "loopback",
    auth: { mode: "token" },
    controlUi: { enabled: false },
    http: { endpoints: { chatCompletions: { enabled: true } } },
  },
  models: {
    mode: "replace",
    catalogRefresh: { enabled: false },
    providers: {
      "mx-warm-up": {
        baseUrl,
        apiKey: "none",
        api: "openai-completions",
        models: [{ id: "m", name: "m", input: ["text"], contextWindow: 128000, maxTokens: 4096 }],
      },
    },
  },
  agents: {
    ownership: "explicit",
    defaults: { model: { primary: "mx-warm-up/m" }, utilityModel: "", heartbeat: { every: "0m" }, skipBootstrap: true, systemAgent: { agentId: "main" } },
    entries: { main: { name: "Main", workspace: `${WORK}/state/workspaces/main` } },
  },
  plugins: {
    allow: ["memory-core", "mosaic", "admin-http-rpc"],
    load: { paths: ["/opt/mosaic/plugins/mosaic"] },
    entries: {
      "memory-core": { config: { dreaming: { enabled: false } } },
      "admin-http-rpc": { enabled: true },
      mosaic: { enabled: true, hooks: { allowConversationAccess: true }, config: { personas: { main: "Warm." } } },
    },
  },
  skills: { allowBundled: ["none"], load: { extraDirs: ["/opt/mosaic/skills"], watch: false }, workshop: { autonomous: { mode: "off" } } },
  cron: { enabled: false },
  discovery: { mdns: { mode: "off" } },
  update: { checkOnStart: false },
  telemetry: { enabled: false },
  browser: { enabled: false },
  logging: { consoleStyle: "json", consoleLevel: "warn", level: "warn", file: `${WORK}/log` },
});

async function ready(gateway) {
  for (const began = Date.now(); Date.now() - began < LIMIT_MS; await sleep(250)) {
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with exit code ${gateway.exitCode}`);
    const answer = await fetch(`${GATEWAY}/startupz`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error("the gateway did not become ready");
}

async function chat() {
  const answer = await fetch(`${GATEWAY}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openclaw/main", user: "warm-up", stream: true, messages: [{ role: "user", content: "hello" }] }),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const text = await answer.text();
  if (!text.includes("warm")) throw new Error(`no answer from the scripted model: ${text}`);
}

mkdirSync(`${WORK}/state`, { recursive: true });
await new Promise((listening) => model.listen(0, "127.0.0.1", listening));
writeFileSync(`${WORK}/openclaw.json`, JSON.stringify(config(`http://127.0.0.1:${model.address().port}/v1`)));
const gateway = spawn(process.execPath, ["/opt/openclaw/node_modules/openclaw/openclaw.mjs", "gateway"], {
  env: { ...process.env, OPENCLAW_GATEWAY_TOKEN: TOKEN, OPENCLAW_STATE_DIR: `${WORK}/state`, OPENCLAW_CONFIG_PATH: `${WORK}/openclaw.json`, XDG_CACHE_HOME: `${WORK}/cache` },
  stdio: ["ignore", "ignore", "inherit"],
});
const ended = new Promise((resolve) => gateway.once("exit", resolve));
await ready(gateway);
await chat();
// The cache is written when the process ends by itself.
gateway.kill("SIGTERM");
await ended;
model.close();
rmSync(WORK, { recursive: true, force: true });
