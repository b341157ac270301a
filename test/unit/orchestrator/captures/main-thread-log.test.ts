import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { spawnTool } from '../../../../src/orchestrator/captures/spawn-tool.ts';
import { toolPreloads } from '../../../../src/orchestrator/captures/tool-preloads.ts';

const MAIN = 'isolate-0xcc4e2d0-7-7-v8.log';
const WORKER = 'isolate-0x7f8970000f00-7-7-v8.log';

/** What a tool's first look at its cwd finds of the logs. */
async function listed(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'threadmill-logs-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const script = `console.log(require('fs').readdirSync('.').filter((name) => name.endsWith('.log')).join())`;
    const { output } = await spawnTool({
      name: 'node',
      nodeArguments: [...(await toolPreloads(folder)), '-e', script],
      cwd: folder,
      environment: {},
      timeoutMs: 300_000,
      signal: new AbortController().signal,
    });
    return output.trim().split(',');
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the main thread’s log comes first, although a worker’s address sorts before it', async () => {
  const ofMain = 'script-source,80,node:internal/main/run_main_module,';
  assert.deepEqual(await listed({ [MAIN]: ofMain, [WORKER]: 'node:internal/main/worker_thread' }), [
    MAIN,
    WORKER,
  ]);
});

test('where none can be told, the order stays', async () => {
  assert.deepEqual(await listed({ [MAIN]: '', [WORKER]: '' }), [WORKER, MAIN]);
});
