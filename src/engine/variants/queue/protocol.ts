import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { WorkloadSettings } from '../../../core/documents/spec.ts';
import { ThreadmillError } from '../../../core/errors.ts';
import { threadmillVersion } from '../../../core/package-versions.ts';
import type { HostData } from '../thread-host.ts';
import type { ClockOffset } from './clock-offset.ts';

/** By the environment, because a URL may hold a password; so may what the secret protects. */
export const QUEUE_URL_VARIABLE = 'THREADMILL_QUEUE_URL';
export const QUEUE_SECRET_VARIABLE = 'THREADMILL_QUEUE_SECRET';

/** Says which run uses the queue. It ends by itself when its coordinator no longer renews it. */
export const RUN_KEY = 'threadmill:run';
export const LEASE_MS = 30_000;
/** Of all that is left of a run, for SCAN. */
export const keysOfRun = (id: string) => `threadmill:${id}:*`;

/** BullMQ’s own name of the queue within the prefix of the run. */
export const QUEUE_NAME = 'jobs';

export function keysOf(id: string) {
  const prefix = `threadmill:${id}`;
  return {
    /** Of BullMQ’s keys. */
    prefix,
    files: `${prefix}:files`,
    /** How many thread numbers have been given out. */
    threads: `${prefix}:threads`,
    /** Streams: from the coordinator to all workers, and back. */
    commands: `${prefix}:commands`,
    answers: `${prefix}:answers`,
  };
}

/** Of BullMQ. A worker that is killed loses its jobs after the first of these, at the next check. */
export const LOCK_MS = 5_000;
export const STALLED_CHECK_MS = 2_000;
/** A job whose worker was lost more often than this fails. */
export const MAX_STALLED = 5;
/** A worker says that it is there at this interval. */
export const HEARTBEAT_MS = 1_000;

/** Bytes of the bundle, of the plan and of the run's data, together. */
export const MAX_FILES_BYTES = 64 * 1024 * 1024;

/** What a worker needs to run the jobs of a run, besides bundle and plan. */
export interface QueueRun {
  readonly settings: WorkloadSettings;
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly handover: HostData['handover'];
  /** Jobs in flight of a worker that is not told otherwise. */
  readonly concurrency: number;
  /** One worker's share of the rate limit for new connections; null: no limit. */
  readonly rehearsalsPerSecond: number | null;
  readonly coordinator: ClockOffset;
  /** URL of the coordinator’s own copy of `threadmill`, which the bundle imports. */
  readonly ownEntry: string;
}

export type FileName = 'run' | 'bundle' | 'plan';
export const FILE_NAMES: readonly FileName[] = ['run', 'bundle', 'plan'];
export type Files = Readonly<Record<FileName, Buffer>>;

export interface Announcement {
  readonly id: string;
  /** Id of the run as people know it. */
  readonly runId: string;
  readonly threadmill: string;
  /** Major version of the coordinator’s Node. */
  readonly node: number;
  /** SHA-256 of each file. */
  readonly files: Readonly<Record<FileName, string>>;
  /** HMAC-SHA-256 of all the above; null without a secret. */
  readonly mac: string | null;
}

const nodeMajor = () => Number(process.versions.node.split('.')[0]);

/** The compiled public module: the engine runs from dist/. */
export const ownEntry = () => new URL('../../../index.js', import.meta.url).href;

/** @throws {ThreadmillError} 'queue-unusable': they are too large */
export function announce(
  { id, runId }: Pick<Announcement, 'id' | 'runId'>,
  files: Files,
  secret: string | undefined,
): Announcement {
  const bytes = FILE_NAMES.reduce((sum, name) => sum + files[name].length, 0);
  if (bytes > MAX_FILES_BYTES) {
    throw queueError(
      `workload and plan have ${bytes} bytes, and a queue carries at most ${MAX_FILES_BYTES} to its workers`,
      'Load large data when a job needs it instead of bundling it, or give fewer --jobs.',
    );
  }
  const hashes = Object.fromEntries(FILE_NAMES.map((name) => [name, sha256(files[name])])) as Record<
    FileName,
    string
  >;
  const unsigned = { id, runId, threadmill: threadmillVersion(), node: nodeMajor(), files: hashes };
  return { ...unsigned, mac: secret ? macOf(unsigned, secret) : null };
}

/** @throws {ThreadmillError} 'queue-unusable': no Threadmill wrote it */
export function parseAnnouncement(text: string): Announcement {
  try {
    const { id, runId, threadmill, node, files, mac } = JSON.parse(text) as Announcement;
    const texts = [id, runId, threadmill, ...FILE_NAMES.map((name) => files[name])];
    // Keys of the store are made of it.
    if (/^[0-9a-f]{16}$/.test(id) && texts.every((each) => typeof each === 'string')) {
      return { id, runId, threadmill, node, files, mac: typeof mac === 'string' ? mac : null };
    }
  } catch {}
  throw queueError(
    `the key ${RUN_KEY} of the queue was not written by Threadmill`,
    'Give Threadmill a database of its own.',
  );
}

/**
 * Whether a worker here may run it.
 * @throws {ThreadmillError} 'queue-unusable'
 */
export function checkAnnouncement(announced: Announcement, secret: string | undefined): void {
  const { mac, threadmill, node } = announced;
  if (mac !== null && !secret) {
    throw queueError(
      `the run is signed, and ${QUEUE_SECRET_VARIABLE} is not set here`,
      `Start the worker with the ${QUEUE_SECRET_VARIABLE} of the run.`,
    );
  }
  if (secret && (mac === null || !isSame(mac, macOf(announced, secret)))) {
    throw queueError(
      mac === null
        ? 'the run is not signed'
        : `the run is signed with another ${QUEUE_SECRET_VARIABLE}, or was changed`,
      `Start run and workers with the same ${QUEUE_SECRET_VARIABLE}.`,
    );
  }
  if (threadmill !== threadmillVersion()) {
    throw queueError(
      `the run is of Threadmill ${threadmill}, and this worker is ${threadmillVersion()}`,
      'Install the same version of Threadmill on all machines.',
    );
  }
  if (node !== nodeMajor()) {
    throw queueError(
      `the run is of Node ${node}, and this worker runs Node ${nodeMajor()}`,
      'Use the same major version of Node on all machines.',
    );
  }
}

/** @throws {ThreadmillError} 'queue-unusable': it is not what was announced */
export function checkFile({ files }: Announcement, name: FileName, bytes: Buffer): void {
  if (sha256(bytes) !== files[name]) {
    throw queueError(
      `${name} of the run is not what was announced`,
      'Somebody else writes to this queue: give Threadmill a database of its own.',
    );
  }
}

export function queueError(message: string, advice: string, cause?: unknown): ThreadmillError {
  return new ThreadmillError('queue-unusable', message, {
    advice,
    ...(cause !== undefined && { cause }),
  });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function macOf({ id, runId, threadmill, node, files }: Omit<Announcement, 'mac'>, secret: string): string {
  const signed = JSON.stringify([id, runId, threadmill, node, ...FILE_NAMES.map((name) => files[name])]);
  return createHmac('sha256', secret).update(signed).digest('hex');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @throws {ThreadmillError} 'usage': JSON would change an input */
export function checkInputs(inputs: readonly unknown[] | null): void {
  const changed = inputs?.findIndex((input) => !isDeepStrictEqual(jsonCopy(input), input)) ?? -1;
  if (changed < 0) return;
  throw new ThreadmillError(
    'usage',
    `the input of item ${changed} cannot go through a queue: JSON changes it`,
    {
      advice: 'Use --inputs load, or make the items plain JSON data.',
    },
  );
}

function jsonCopy(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

/** JSON that keeps the arrays of a traced trial. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Float64Array) return { f64: toBase64(part) };
    if (part instanceof Uint32Array) return { u32: toBase64(part) };
    return part;
  });
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part;
    if ('f64' in part && typeof part.f64 === 'string') return new Float64Array(fromBase64(part.f64));
    if ('u32' in part && typeof part.u32 === 'string') return new Uint32Array(fromBase64(part.u32));
    return part;
  });
}

function toBase64({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function fromBase64(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
}
