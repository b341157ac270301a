import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CliRun } from './cli.ts';

const PASSWORD = 'correct-horse-7Qz';
const TOKEN = 'tkn9f8e7d6c5b4a3';
const API_KEY = 'zx81spectrum48k';

/** What WORKLOADs make of the token, so that no variable of the environment says that it is secret. */
const MADE = TOKEN.split('').toReversed().join('');

/** Every form in which the server gets one of them, and could send it back. */
const SECRETS = [PASSWORD, TOKEN, API_KEY, MADE, Buffer.from(`me:${PASSWORD}`).toString('base64')];

/** Where a workload gets its secrets from, as it should be. */
export const SECRET_ENV = { TEST_TOKEN: TOKEN, TEST_API_KEY: API_KEY };

/** A URL that nobody answers at, with secrets in it. */
export function secretUrl(host: string): string {
  return `http://me:${PASSWORD}@${host}`;
}

export const SECRET_QUERY = `?token=${TOKEN}`;

/**
 * A server that says back all that it was told, in the status line, a header and the body, with `more` behind it;
 * 401 where the path begins with /refuse. Returns its URL, with a password.
 */
export async function tellTale(t: Pick<TestContext, 'after'>, more = ''): Promise<string> {
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const [, credentials = ''] = authorization.split(' ');
    const plain = authorization.startsWith('Basic')
      ? Buffer.from(credentials, 'base64').toString()
      : credentials;
    const key = request.headers['x-api-key'];
    const said = `no access for ${plain.split(':').at(-1)} (${authorization}) with ${key} at ${request.url}${more}`;
    response.writeHead(request.url?.startsWith('/refuse') ? 401 : 200, said, { 'x-said': said });
    response.end(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return secretUrl(`127.0.0.1:${(server.address() as AddressInfo).port}`);
}

export function assertNoSecret(where: string, text: string): void {
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${where}`);
}

/** Neither in what the run said nor in any file that it left. */
export async function assertNowhere(run: CliRun): Promise<void> {
  assertNoSecret('stdout', run.stdout);
  assertNoSecret('stderr', run.stderr);
  if (!existsSync(run.outDir)) return;
  const entries = await readdir(run.outDir, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    assertNoSecret(file, await readFile(file, 'latin1'));
  }
}
