// One thread of Threadmill as `event-loop` runs it, told over IPC to run a trial with or without everything that
// is measured around one, and with or without the journal of its rows. In one process, so that both have the same code, heap and connections.
import { truncateSync, writeFileSync } from 'node:fs';
import { createClock } from '../../../dist/src/engine/measurement/clock.js';
import { readCpuAllowance } from '../../../dist/src/engine/measurement/cpu-allowance.js';
import { createMachineUsageReader } from '../../../dist/src/engine/measurement/machine-usage.js';
import { SharedState } from '../../../dist/src/engine/measurement/shared-state.js';
import { ThreadProbe } from '../../../dist/src/engine/measurement/thread-probe.js';
import { readUsage, resetPeakRss } from '../../../dist/src/engine/measurement/usage.js';
import { ThreadHost } from '../../../dist/src/engine/variants/thread-host.js';
import { fillPlan } from '../../../dist/src/workload/plan.js';

const { bundleUrl, settings, jobs, inFlight, journal } = JSON.parse(process.argv[2]);

/** Made for each trial anew, because the observer of garbage collections would else go on in the others. */
class SwitchedProbe {
  on = false;
  #probe = null;

  start(keepPauses) {
    if (!this.on) return;
    this.#probe = new ThreadProbe(0);
    this.#probe.start(keepPauses);
  }

  read() {
    const span = this.#probe?.read() ?? null;
    this.#probe?.close();
    this.#probe = null;
    return span;
  }

  gcPauses() {
    return [];
  }
}

const readMachineUsage = createMachineUsageReader(readCpuAllowance().ids);
const clock = createClock();
const state = new SharedState(jobs);
fillPlan(state.plan, 1, 1);
const probe = new SwitchedProbe();
writeFileSync(journal, '');
const data = {
  bundleUrl,
  settings,
  shared: state.buffer,
  jobs,
  timeoutMs: 30_000,
  pace: null,
  journal: null,
  handover: { transfer: 'auto', results: 'return', inputs: 'load' },
};
const journalled = await ThreadHost.open({ ...data, journal }, state, 0, inFlight, null, probe);
const unjournalled = await ThreadHost.open(data, state, 0, inFlight, null, probe);

process.on('message', async ({ probes: on, journalOn }) => {
  const host = journalOn ? journalled : unjournalled;
  truncateSync(journal);
  probe.on = on;
  state.reset();
  await host.prepare(null);
  if (on) {
    resetPeakRss();
    readMachineUsage();
    readUsage();
  }
  const cpuBefore = process.cpuUsage();
  const startNs = clock();
  await host.runPlan();
  const wallMs = (clock() - startNs) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (on) {
    readUsage();
    readMachineUsage();
  }
  const { threads } = host.report();
  process.send({
    wallMs,
    cpuMs: (user + system) / 1e3,
    ok: state.table.countOutcomes().ok,
    span: threads[0],
  });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
