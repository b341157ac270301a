import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EXPORTERS } from '../../src/output/export/registry.ts';
import { CliRun } from '../support/cli.ts';
import { commandLines } from '../support/command-lines.ts';
import { type SecretSample, secretSamples } from '../support/secret-samples.ts';

const PLACES = ['workload name', 'job name', 'header', 'URL', 'body', 'error', 'source line', 'environment'];
/** Of each response: captures last for seconds, and jobs that only compute would take the CPU for as long. */
const WAIT_MS = 20;
const CAPTURES = 'threads,heap,0x,0x-threads,clinic-flame,clinic-doctor';

const samplesOf = new Map(PLACES.map((place) => [place, secretSamples(place)]));

function textsOf(place: string): string[] {
  return samplesOf.get(place)!.map(({ text }) => text);
}

/**
 * Requests that carry one of each secret, and are told of: by the workload's and the jobs' names, and by errors that
 * quote the response. The secrets are read from a file: only those of the source line are in the source. A line with
 * each of those has CPU time of its own, so that profiles have samples there.
 */
function workload(): string {
  const lines = textsOf('source line').map(
    (text) => `  for (let i = 0; i < 200_000; i++) sum += i % 7; notes.push(${JSON.stringify(text)});`,
  );
  const key = samplesOf.get('source line')!.find(({ kind }) => kind === 'private key')!.text;
  return `
import { readFileSync } from 'node:fs';
import { httpWorkload } from 'threadmill';

const told: Record<string, string[]> = JSON.parse(
  readFileSync(new URL('tokens.json', import.meta.url), 'utf8'),
);
const one = (place: string) => told[place]!.join(' and ').replaceAll('\\n', ' ');
const notes: string[] = [];
const KEY = \`${key}\`;

function busy(): number {
  let sum = KEY.length;
${lines.join('\n')}
  return sum;
}

export default ({ baseUrl }: { baseUrl: string }) => httpWorkload({
  name: one('workload name'),
  baseUrl,
  requests: [
    { name: 'headers', path: '/headers', headers: { 'x-note': one('header') } },
    { name: 'url', path: '/url?note=' + encodeURI(one('URL')) },
    { name: 'body', method: 'POST', path: '/body', body: one('body') },
    { name: 'error', path: '/error' },
    ...told['job name']!.map((token) => ({ name: 'job ' + token, path: '/' })),
  ],
  process: (response, { name }) => {
    if (busy() < 0) return notes;
    const variables = Object.entries(process.env).filter(([name]) => name.startsWith('SAMPLE_'));
    if (name === 'error') throw new Error(one('error') + ' ' + variables.map(([, value]) => value).join(' '));
    if (['headers', 'url', 'body'].includes(name)) throw Object.assign(new Error(response.text()), { code: CODES[name] });
    throw Object.assign(new Error('failed as ' + name), { code: 'HPE_INVALID' });
  },
});

// An outcome each, so that of each there is a message.
const CODES: Record<string, string> = { headers: 'ECONNRESET', url: 'ETIMEDOUT', body: 'ECONNREFUSED' };
`;
}

/** Says back all that it is told. */
async function echo(t: TestContext): Promise<string> {
  // On a crowded machine a connection may be idle for long.
  const limits = { maxHeaderSize: 65_536, keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
  const server = createServer(limits, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url, headers } = request;
      const said = { headers: headers['x-note'], url, body: Buffer.concat(chunks).toString() };
      setTimeout(() => response.end(JSON.stringify(said)), WAIT_MS);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Where a piece of which secret is: `kind of place in file`. */
function leaksIn(file: string, text: string, places: readonly string[]): string[] {
  return places.flatMap((place) =>
    samplesOf
      .get(place)!
      .filter(({ secret }: SecretSample) => secret.some((piece) => text.includes(piece)))
      .map(({ kind }) => `${kind} of ${place} in ${file}`),
  );
}

async function filesBelow(folder: string): Promise<{ readonly file: string; readonly text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
      return {
        file: relative(folder, file),
        text: (isPacked ? gunzipSync(bytes) : bytes).toString('latin1'),
      };
    }),
  );
}

/** A run of the workload above, which has ended with failed jobs; of each secret there is a message. */
async function runOf(t: TestContext, ...argv: readonly string[]): Promise<CliRun> {
  const environment = samplesOf
    .get('environment')!
    .map(({ text }, index) => [`SAMPLE_${index}`, text] as const);
  const tokens = JSON.stringify(Object.fromEntries(PLACES.map((place) => [place, textsOf(place)])));
  const run = await CliRun.start(
    t,
    [
      ...argv,
      '--url',
      await echo(t),
      ...'--workload w.ts --rounds 1 --warmup 0 --workers 1 --concurrency 2 --verbose'.split(' '),
    ],
    {
      files: { 'w.ts': workload(), 'tokens.json': tokens },
      env: Object.fromEntries(environment),
    },
  );
  assert.equal(await run.ended, 2, run.stderr);
  const [variant] = (await run.record()).variants;
  const told = variant!.trials[0]!.errors.map(({ outcome }) => outcome);
  for (const outcome of ['threw', 'reset', 'timeout', 'connect-error', 'protocol-error']) {
    assert.ok(
      told.some((each) => each === outcome),
      `${outcome}: ${told}`,
    );
  }
  return run;
}

/** In what a run said, and in all of its files: the source is in the bundle, as it must be. */
async function leaksOf(run: CliRun): Promise<string[]> {
  const leaks = [...leaksIn('stdout', run.stdout, PLACES), ...leaksIn('stderr', run.stderr, PLACES)];
  for (const { file, text } of await filesBelow(run.outDir)) {
    const isBundle = /\/workload\/workload\.js(?:\.map)?$/.test(file);
    leaks.push(...leaksIn(file, text, isBundle ? PLACES.filter((place) => place !== 'source line') : PLACES));
  }
  return leaks;
}

describe('one of each kind of secret, in every place', { concurrency: 2 }, () => {
  test('in nothing that a run in worker threads says or leaves', async (t) => {
    assert.deepEqual(await leaksOf(await runOf(t, 'bench', '--variants', 'worker-pool')), []);
  });

  test('in nothing that profilers leave, nor in an export', async (t) => {
    const run = await runOf(t, 'profile', '--variants', 'event-loop', '--captures', CAPTURES);
    const { artifacts } = await run.record();
    const made = artifacts.flatMap((artifact) => ('path' in artifact ? [artifact.capture] : []));
    assert.deepEqual(
      [...new Set<string>(made)].sort(),
      CAPTURES.split(',').sort(),
      JSON.stringify(artifacts),
    );
    const sources = (await run.folder()).path('event-loop', 'threads', 'sources.json');
    assert.ok(
      (await readFile(sources, 'utf8')).split('notes.push').length > 10,
      'lines with secrets have samples',
    );
    const leaks = await leaksOf(run);

    const formats = EXPORTERS.filter(({ scope }) => scope !== 'pair');
    const exported = await commandLines(
      formats.map(({ name }) => ['export', '--format', name, '--output', `export-${name}/`]),
      run.cwd,
    );
    assert.deepEqual(
      exported.map(({ stderr }) => stderr),
      formats.map(() => ''),
    );
    const written = (await filesBelow(run.cwd)).filter(({ file }) => file.startsWith('export-'));
    assert.ok(written.length >= formats.length);
    for (const { file, text } of written) leaks.push(...leaksIn(file, text, PLACES));
    assert.deepEqual(leaks, []);
  });
});
