import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createThrottlingReader,
  parseCpuList,
  type ReadText,
  readCpuAllowance,
} from '../../../../src/engine/measurement/cpu-allowance.ts';

type Files = Readonly<Record<string, string>>;

const reading =
  (files: Files): ReadText =>
  (path) =>
    files[path] ?? null;

const stat = (ids: readonly number[]) =>
  ['cpu  9 9 9 9 9 9 9 9 0 0', ...ids.map((id) => `cpu${id} 1 1 1 1 1 1 1 1 0 0`), 'intr 1 0'].join('\n');

function machine(allowed: string, online: readonly number[], files: Files = {}): Files {
  return {
    '/proc/stat': stat(online),
    '/proc/self/status': `Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t${allowed}\nMems_allowed:\t1\n`,
    ...files,
  };
}

/** As systemd lays it out: a slice with a limit, below it the process's own group. */
const VERSION_2: Files = {
  '/proc/self/cgroup': '0::/build.slice/job.scope\n',
  '/proc/self/mountinfo':
    '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n',
  '/sys/fs/cgroup/build.slice/cpu.max': '150000 100000\n',
  '/sys/fs/cgroup/build.slice/cpu.stat':
    'usage_usec 1\nnr_periods 90\nnr_throttled 7\nthrottled_usec 210000\n',
  '/sys/fs/cgroup/build.slice/job.scope/cpu.max': 'max 100000\n',
  '/sys/fs/cgroup/build.slice/job.scope/cpu.stat':
    'usage_usec 1\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
};

/** A container that sees its part of the hierarchy only; another controller has a name that holds `cpu`. */
const VERSION_1: Files = {
  '/proc/self/cgroup': '5:cpuset:/docker/abc\n4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc/inner\n0::/\n',
  '/proc/self/mountinfo':
    '31 30 0:28 /docker/abc /sys/fs/cgroup/cpuset ro - cgroup cpuset rw,cpuset\n32 30 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n',
  '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '60000\n',
  '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
  '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'nr_periods 50\nnr_throttled 37\nthrottled_time 584115870\n',
  '/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us': '-1\n',
  '/sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_period_us': '100000\n',
};

describe('CPUs that a process may use', () => {
  test('all of the machine’s', () => {
    assert.deepEqual(readCpuAllowance(reading(machine('0-3', [0, 1, 2, 3]))), {
      cpus: 4,
      cpuAffinity: { cpus: 4, list: '0-3' },
      cpuQuota: null,
      availableCpus: 4,
      ids: [0, 1, 2, 3],
    });
  });

  test('affinity: only those that it names', () => {
    const { cpus, availableCpus, ids } = readCpuAllowance(reading(machine('0,2-3', [0, 1, 2, 3])));
    assert.deepEqual([cpus, availableCpus, ids], [4, 3, [0, 2, 3]]);
  });

  test('the affinity may name CPUs that are offline', () => {
    const { cpus, cpuAffinity, ids } = readCpuAllowance(reading(machine('0-127', [0, 2])));
    assert.deepEqual([cpus, cpuAffinity, ids], [2, { cpus: 2, list: '0-127' }, [0, 2]]);
  });

  test('a container that numbers its CPUs by itself: their count is right', () => {
    for (const allowed of ['4-5', '1-2']) {
      const { cpuAffinity, ids } = readCpuAllowance(reading(machine(allowed, [0, 1])));
      assert.deepEqual([cpuAffinity?.cpus, ids], [2, [0, 1]]);
    }
  });

  test('control groups, version 2: the limit of a group above counts', () => {
    const { cpuQuota, availableCpus } = readCpuAllowance(reading(machine('0-3', [0, 1, 2, 3], VERSION_2)));
    assert.deepEqual([cpuQuota, availableCpus], [{ cpus: 1.5, periodMs: 100 }, 1.5]);
  });

  test('control groups, version 1, in a container', () => {
    const { cpuQuota, availableCpus } = readCpuAllowance(reading(machine('0-1', [0, 1], VERSION_1)));
    assert.deepEqual([cpuQuota, availableCpus], [{ cpus: 0.6, periodMs: 100 }, 0.6]);
  });

  test('of several limits the least counts', () => {
    const files = { ...VERSION_2, '/sys/fs/cgroup/build.slice/job.scope/cpu.max': '25000 50000\n' };
    const { cpuQuota } = readCpuAllowance(reading(machine('0-3', [0, 1, 2, 3], files)));
    assert.deepEqual(cpuQuota, { cpus: 0.5, periodMs: 50 });
  });

  test('a limit above the affinity changes nothing', () => {
    const { cpuQuota, availableCpus } = readCpuAllowance(reading(machine('1', [0, 1], VERSION_2)));
    assert.deepEqual([cpuQuota?.cpus, availableCpus], [1.5, 1]);
  });

  test('a group outside of what is mounted: only the mounted folder is looked at', () => {
    const files = { ...VERSION_2, '/proc/self/cgroup': '0::/../../other\n' };
    assert.equal(readCpuAllowance(reading(machine('0', [0], files))).cpuQuota, null);
  });

  test('a system without /proc: what Node says', () => {
    const { cpus, cpuAffinity, cpuQuota, availableCpus, ids } = readCpuAllowance(reading({}));
    assert.ok(cpus >= 1 && availableCpus >= 1);
    assert.deepEqual([cpuAffinity, cpuQuota, ids], [null, null, null]);
  });

  test('lists of CPUs', () => {
    assert.deepEqual(parseCpuList('0-2,8,10-11'), [0, 1, 2, 8, 10, 11]);
  });
});

describe('throttling', () => {
  test('version 1 counts in ns, version 2 in µs; groups without a limit are not asked', () => {
    assert.deepEqual(createThrottlingReader(reading(VERSION_1))(), { periods: 37, ms: 584.11587 });
    assert.deepEqual(createThrottlingReader(reading(VERSION_2))(), { periods: 7, ms: 210 });
  });

  test('summed over all limits that apply', () => {
    const files = {
      ...VERSION_2,
      '/sys/fs/cgroup/build.slice/job.scope/cpu.max': '25000 50000\n',
      '/sys/fs/cgroup/build.slice/job.scope/cpu.stat': 'nr_throttled 3\nthrottled_usec 1500\n',
    };
    assert.deepEqual(createThrottlingReader(reading(files))(), { periods: 10, ms: 211.5 });
  });

  test('none without a limit', () => {
    assert.equal(createThrottlingReader(reading({}))(), null);
  });
});
