// One thread of Threadmill as `event-loop` runs it, told over IPC to run a block with or without everything that
// is measured around one. In one process, so that both have the same code, heap and connections.
import { createClock } from '../../../dist/src/measurement/clock.js';
import { readMachineUsage } from '../../../dist/src/measurement/machine-usage.js';
import { SharedState } from '../../../dist/src/measurement/shared-state.js';
import { ThreadProbe } from '../../../dist/src/measurement/thread-probe.js';
import { readUsage, resetPeakRss } from '../../../dist/src/measurement/usage.js';
import { ThreadHost } from '../../../dist/src/variants/thread-host.js';
import { fillPlan } from '../../../dist/src/workload/plan.js';

const { bundleUrl, settings, jobs, inFlight } = JSON.parse(process.argv[2]);

/** Made for each block anew, because the observer of garbage collections would else go on in the others. */
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

const clock = createClock();
const state = new SharedState(jobs);
fillPlan(state.plan, 1, 1);
const probe = new SwitchedProbe();
const data = {
  bundleUrl,
  settings,
  shared: state.buffer,
  jobs,
  timeoutMs: 30_000,
  pace: null,
  journal: null,
};
const host = await ThreadHost.open(data, state, 0, inFlight, probe);

process.on('message', async (on) => {
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
  await host.lanes.drain(() => state.takePosition());
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
