import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawnTool } from '../../../../src/orchestrator/captures/spawn-tool.ts';
import { toolPreloads } from '../../../../src/orchestrator/captures/tool-preloads.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('JSON that a tool makes has no markup in it, and means the same', async (t) => {
  const folder = await temporaryFolder(t);
  const value = { '</script>': ['<b>', null, 1] };
  const script = `console.log(JSON.stringify(${JSON.stringify(value)})); console.log(JSON.stringify(undefined));`;
  const { output } = await spawnTool({
    name: 'node',
    nodeArguments: [...(await toolPreloads(folder)), '-e', script],
    cwd: folder,
    environment: {},
    timeoutMs: 300_000,
    signal: new AbortController().signal,
  });
  const [made = '', nothing] = output.split('\n');
  assert.ok(!made.includes('<'), made);
  assert.deepEqual(JSON.parse(made), value);
  assert.equal(nothing, 'undefined');
});
