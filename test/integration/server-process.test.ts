import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ThreadmillError } from '../../src/core/errors.ts';
import { startEmbeddedServer } from '../../src/orchestrator/server/embedded-server.ts';
import { usageBetween } from '../../src/orchestrator/server/usage.ts';
import { serverFor } from '../support/embedded-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const fixture = (name: string): URL => new URL(`../fixtures/server/${name}`, import.meta.url);
const stubborn = fixture('stubborn.mjs');

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Orphans are reaped by somebody else, so their end can only be polled for. */
async function gone(pid: number): Promise<void> {
  for (let turn = 0; turn < 6000 && runs(pid); turn += 1) await delay(10);
  assert.ok(!runs(pid), `process ${pid} is still there`);
}

function program(name: string, ...more: string[]): ChildProcess {
  const args = ['--import', import.meta.resolve('tsx'), fileURLToPath(fixture(name)), ...more];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const [line] = await once(createInterface(child.stdout), 'line');
  return String(line);
}

/** Not by fetch: that of Node 22 now and then asserts false when a connection is closed after a long body. */
async function answerOf(url: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return { headers: response.headers, body: await buffer(response) };
}

test('it starts, answers, tells its usage, and stops', async (context) => {
  const server = await serverFor(context);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.notEqual(server.pid, process.pid);
  const before = await server.usage();
  for (let id = 0; id < 5; id += 1) await (await fetch(`${server.url}/api/users/${id}?latency=0`)).text();
  const [after, again] = await Promise.all([server.usage(), server.usage()]);
  assert.equal(after.pid, server.pid);
  assert.ok(again.uptimeMs >= after.uptimeMs);
  const used = usageBetween(before, after);
  assert.equal(used.requests, 5);
  assert.ok(used.cpuUserMs >= 0 && used.cpuUserMs < 5000);
  assert.ok(used.eventLoopUtilization > 0 && used.eventLoopUtilization < 1);
  const exited = new Promise((resolve) => server.onExit(resolve));
  await Promise.all([server.stop(), server.stop()]);
  assert.deepEqual(await exited, { code: 0, signal: null, expected: true, stderr: '' });
  assert.ok(!runs(server.pid));
  await assert.rejects(server.usage(), { code: 'server-unreachable' });
});

test('two processes with one seed give the same bytes, with and without keep-alive', async (context) => {
  const one = await serverFor(context);
  const other = await serverFor(context, { keepAlive: false });
  for (const path of ['/api/inventory/7?latency=1', '/bytes/100000']) {
    const [first, second] = await Promise.all([answerOf(one.url + path), answerOf(other.url + path)]);
    assert.equal(first.headers.connection, 'keep-alive');
    assert.equal(second.headers.connection, 'close');
    assert.deepEqual(first.body, second.body);
  }
});

test('a stop answers what is in flight', async (context) => {
  const server = await serverFor(context);
  const answer = fetch(`${server.url}/api/users/1?latency=600&jitter=0`).then((response) => response.json());
  // The other request is on its way once this one has been counted.
  while ((await server.usage()).requests < 1) await delay(1);
  await server.stop();
  assert.equal((await answer).api, 'users');
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it gracefully, and whoever started it is told`, async (context) => {
    const server = await serverFor(context);
    process.kill(server.pid, signal);
    const exit = await new Promise((resolve) => server.onExit(resolve));
    assert.deepEqual(exit, { code: 0, signal: null, expected: false, stderr: '' });
  });
}

for (const [name, end] of [
  ['is killed', (parent: ChildProcess) => void parent.kill('SIGKILL')],
  ['fails', () => undefined],
] as const) {
  test(`it does not outlive a parent that ${name}`, async () => {
    const parent = program('parent.ts', name === 'fails' ? 'throw' : 'wait');
    const exited = once(parent, 'exit');
    const { pid } = JSON.parse(await firstLine(parent));
    end(parent);
    await exited;
    await gone(pid);
  });
}

test('the log holds start and stop, and nothing of the requests', async (context) => {
  const logFile = join(await temporaryFolder(context), 'logs', 'server.ndjson');
  const server = await serverFor(context, { logFile, runId: 'run-1' });
  await (await fetch(`${server.url}/status/201?token=hidden&n=1`, { headers: { 'x-key': 'hidden' } })).text();
  await server.stop();
  const text = await readFile(logFile, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => line.msg),
    ['listening', 'stopping', 'stopped'],
  );
  assert.ok(lines.every((line) => line.runId === 'run-1' && line.process === 'server'));
  assert.doesNotMatch(text, /hidden/);
});

test('a port in use is one clear error', async (context) => {
  const server = await serverFor(context);
  await assert.rejects(
    startEmbeddedServer({ seed: 1, keepAlive: true, port: server.port }),
    (error) =>
      error instanceof ThreadmillError &&
      error.code === 'server-start' &&
      /already in use/.test(error.message) &&
      /--port/.test(error.advice ?? ''),
  );
});

test('a program that ends, or never says that it listens, is one clear error and no process', async () => {
  const start = { seed: 1, keepAlive: true, entry: stubborn };
  await assert.rejects(startEmbeddedServer({ ...start, runId: 'crash' }), {
    code: 'server-start',
    message: /exit code 3.*no memory for this/,
  });
  await assert.rejects(startEmbeddedServer({ ...start, runId: 'silent', startLimitMs: 1000 }), {
    code: 'server-start',
    message: /\b1 s\b/,
  });
  await assert.rejects(startEmbeddedServer({ ...start, entry: fixture('missing.mjs') }), {
    code: 'server-start',
    message: /Cannot find module/,
  });
});

test('a start can be aborted', async () => {
  const controller = new AbortController();
  const start = { seed: 1, keepAlive: true, entry: stubborn, runId: 'silent', signal: controller.signal };
  const starting = startEmbeddedServer(start);
  setTimeout(() => controller.abort(), 100);
  await assert.rejects(starting, { code: 'aborted' });
  await assert.rejects(startEmbeddedServer(start), { code: 'aborted' });
});

test('one that ignores stop and SIGTERM is killed after 2 s', async (context) => {
  const server = await serverFor(context, { entry: stubborn });
  const start = performance.now();
  await server.stop();
  const tookMs = performance.now() - start;
  // Whatever a crowded machine adds: without being killed it would never end.
  assert.ok(tookMs > 1900, `${tookMs} ms`);
  assert.ok(!runs(server.pid));
});

test('in the foreground it prints where it listens and ends with 0 on SIGINT', async () => {
  const child = program('foreground.ts');
  const url = (await firstLine(child)).replace('listening on ', '');
  assert.equal((await (await fetch(`${url}/api/orders/1`)).json()).api, 'orders');
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
