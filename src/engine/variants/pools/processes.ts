import { fork } from 'node:child_process';
import { workerFile } from '../../../core/processes/worker-file.ts';
import { createClock } from '../../measurement/clock.ts';
import { Schedule } from '../../measurement/schedule.ts';
import type { JobTask } from '../pool-worker.ts';
import type { ChannelMessage } from '../thread-channel.ts';
import { IPC_WIRE } from '../wire.ts';
import { type Member, type MemberEvents, OwnPool } from './own-pool.ts';
import type { Pool, PoolSettings } from './pool.ts';
import { type FromProcess, type ProcessStart, positionOf, putRow } from './process-messages.ts';

/** Signals by which Node ends itself, mostly for want of memory. */
const ABORTS: readonly (NodeJS.Signals | null)[] = ['SIGABRT', 'SIGTRAP', 'SIGILL'];

/**
 * Child processes, each with a heap and libuv threads of its own. They share no memory with this one: a job's row
 * comes back with its result.
 */
export function open(settings: PoolSettings): Pool {
  const { state, channel } = settings;
  const clock = createClock();
  const children = new Set<ReturnType<typeof fork>>();
  const post = (message: ChannelMessage) => {
    const { kind } = message;
    // Each has its own memory for this.
    const command =
      kind === 'ask' && message.command.command === 'prepare' && message.command.trace !== null
        ? { ...message.command, trace: 'own' }
        : null;
    for (const child of children) {
      if (child.connected) child.send(command === null ? message : { ...message, command }, () => {});
    }
  };
  channel.post = post;
  state.onStop = () => post({ kind: 'stop' });
  const { pace } = settings.data.host;
  const schedule = pace?.kind === 'schedule' ? new Schedule(state.jobs, pace.giveUpNs, pace.shared) : null;
  const isOver = () => state.stopped || schedule?.isOver(clock()) === true;
  return new OwnPool(settings, IPC_WIRE, openChild, isOver);

  function openChild(events: MemberEvents): Member {
    const thread = state.takeThreadNumber();
    const place = state.takePlace(thread, settings.threads);
    // Flags of this process may be a profiler's, for this process alone; those of NODE_OPTIONS are inherited.
    const execArgv = globalThis.gc === undefined ? [] : ['--expose-gc'];
    const child = fork(workerFile('pool-process'), { serialization: 'advanced', execArgv });
    children.add(child);
    let thrown: string | null = null;
    child.on('message', (message: FromProcess) => {
      if ('thrown' in message) thrown = message.thrown;
      else take(message, events, settings);
    });
    const gone = (why: string) => {
      children.delete(child);
      // Before another process takes its place.
      state.leavePlace(thread);
      events.gone(new Error(thrown ?? why));
    };
    child.on('error', ({ message }) => {
      if (child.pid === undefined) gone(`its process could not be started: ${message}`);
    });
    child.once('exit', (code, signal) => {
      const end = () => gone(endOf(code, signal));
      // Replies may still be on their way.
      if (child.connected) child.once('disconnect', end);
      else end();
    });
    const { shared: _, pace: __, ...host } = settings.data.host;
    const start: ProcessStart = {
      data: { ...settings.data, host },
      rehearsalsPerSecond: pace?.kind === 'limit' ? pace.perSecond / settings.threads : null,
      thread,
      place,
      plan: state.plan.slice(),
    };
    child.send(start, () => {});
    return {
      id: child.pid ?? 0,
      post: (message) => {
        const position = positionOf(message.task as JobTask);
        state.table.thread[position] = thread;
        state.table.start[position] = clock();
        try {
          IPC_WIRE.post.call(child, message);
        } catch (error) {
          throw new DOMException(String(error), 'DataCloneError');
        }
      },
      end: () => void child.kill('SIGKILL'),
    };
  }
}

function take(
  message: Exclude<FromProcess, { thrown: string }>,
  events: MemberEvents,
  { state, channel }: PoolSettings,
): void {
  if ('taskId' in message) {
    putRow(state.table, message.row);
    events.replied(message);
    return;
  }
  channel.receive(message);
  if (message.kind === 'hello') events.ready();
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === null) return `its process exited with code: ${code}`;
  return `its process was killed by ${signal}${ABORTS.includes(signal) ? ', as Node does when it is out of memory' : ''}`;
}
