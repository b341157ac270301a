import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineWorkload } from 'threadmill';

/**
 * Whichever process comes first is served sooner, as by a service with a limit for each client: equals are not
 * equal here, and an A/A arm has to notice.
 */
export default (settings) => {
  // The server's port is this run's own.
  const mark = join(tmpdir(), `threadmill-first-come-${new URL(settings.baseUrl).port}`);
  let waitMs = 0;
  return defineWorkload({
    name: 'first-come',
    jobs: 20,
    setup: () => {
      waitMs = existsSync(mark) ? 12 : 8;
      writeFileSync(mark, '');
    },
    teardown: () => rmSync(mark, { force: true }),
    run: async () => {
      await pause(waitMs);
      return 'served';
    },
  });
};
