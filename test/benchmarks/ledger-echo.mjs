import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openThreadCpuClock } from '../../dist/src/engine/measurement/user-code.js';

/** The worker thread of ledger.ts: sends each message back, and tells at the end what CPU its own calls took, ns. */
const { port, turn, rounds } = workerData;
const cpu = openThreadCpuClock();
parentPort.postMessage('ready');
const times = Array.from({ length: rounds }, (_, round) => {
  Atomics.wait(turn, 0, 2 * round);
  const before = cpu.read();
  const value = receiveMessageOnPort(port)?.message;
  const read = cpu.read();
  port.postMessage(value);
  const written = cpu.read();
  Atomics.store(turn, 0, 2 * round + 2);
  Atomics.notify(turn, 0);
  return { read: read - before, write: written - read };
});
port.close();
cpu.close();
parentPort.postMessage(times);
