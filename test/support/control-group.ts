import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';

const PERIOD_US = 100_000;

/** Where a limit is written, version 1 before version 2, and how. */
const HIERARCHIES = [
  { mount: '/sys/fs/cgroup/cpu', file: 'cpu.cfs_quota_us', text: String },
  { mount: '/sys/fs/cgroup/cpu,cpuacct', file: 'cpu.cfs_quota_us', text: String },
  { mount: '/sys/fs/cgroup', file: 'cpu.max', text: (quotaUs: number) => `${quotaUs} ${PERIOD_US}` },
];

export interface ControlGroup {
  /** To start a program in it: see `CliOptions.through`. */
  readonly through: readonly string[];
  readonly limitFile: string;
  /** What to write there for so many CPUs. */
  limit(cpus: number): string;
}

/** A control group of its own with a CPU limit; null where the system does not let us make one. */
export function controlGroup(t: TestContext, cpus: number): ControlGroup | null {
  for (const { mount, file, text } of HIERARCHIES) {
    const folder = `${mount}/threadmill-test-${process.pid}`;
    const limitFile = `${folder}/${file}`;
    const limit = (of: number) => text(of * PERIOD_US);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    // In version 2 only if the controller is passed on to groups below.
    if (existsSync(limitFile)) {
      t.after(() => removed(folder));
      writeFileSync(limitFile, limit(cpus));
      return {
        through: ['sh', '-c', `echo $$ > ${folder}/cgroup.procs && exec "$@"`, 'sh'],
        limitFile,
        limit,
      };
    }
    rmdirSync(folder);
  }
  return null;
}

/** It can only be removed once its last process is gone. */
async function removed(folder: string): Promise<void> {
  while (readFileSync(`${folder}/cgroup.procs`, 'utf8') !== '') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  rmdirSync(folder);
}
