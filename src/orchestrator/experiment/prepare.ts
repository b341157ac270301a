import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExperimentRequest } from '../../core/documents/request.ts';
import { BUILT_IN_WORKLOAD, type RunSpec, type WorkloadSettings } from '../../core/documents/spec.ts';
import { messageOf, ThreadmillError } from '../../core/errors.ts';
import { findQueueServer } from '../../engine/variants/queue/embedded-server.ts';
import { QUEUE_URL_VARIABLE } from '../../engine/variants/queue/protocol.ts';
import { checkQueuePackages, checkQueueServer } from '../../engine/variants/queue/redis.ts';
import type { WorkloadFacts } from '../../runner/inspect-workload.ts';
import { bundleWorkload } from '../../workload/bundle.ts';
import { inspectBundle, LOADING_LIMIT_MS } from './inspect.ts';
import { type NodeLaunch, THIS_NODE } from './runner-process.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { BUNDLE_PATH, specOf } from './spec-of.ts';

/** Never contacted: it stands in for a server's URL until there is one. */
const NO_SERVER = 'http://127.0.0.1:9';

export interface Prepared {
  readonly facts: WorkloadFacts;
  /** Temporary folder with the bundle; to be moved into the run folder, or removed. */
  readonly scratch: string;
  /** What the paths of the workload's code are shown relative to. */
  readonly displayRoot: string;
  readonly launch: NodeLaunch;
  /** Base URL not yet settled, bundle path as it will be in the run folder. */
  readonly spec: RunSpec;
}

/** Bundles and inspects the workload and settles every number. Leaves nothing behind when it rejects. */
export async function prepare(
  request: ExperimentRequest,
  runId: string,
  signal: AbortSignal,
): Promise<Prepared> {
  const source = request.workloadFile ?? builtInWorkload();
  const shownAs = request.workloadFile === null ? BUILT_IN_WORKLOAD : shortPath(source);
  const scratch = await makeScratch();
  try {
    return await prepareVersion(request, runId, signal, {
      scratch,
      source,
      shownAs,
      displayRoot: displayRootOf(source),
      launch: THIS_NODE,
    });
  } catch (thrown) {
    await removeScratch(scratch);
    throw thrown;
  }
}

/** Where a version of the workload lies, and what runs it. */
export interface VersionSource extends Pick<Prepared, 'scratch' | 'displayRoot' | 'launch'> {
  readonly source: string;
  readonly shownAs: string;
}

export async function prepareVersion(
  request: ExperimentRequest,
  runId: string,
  signal: AbortSignal,
  { scratch, source, shownAs, displayRoot, launch }: VersionSource,
): Promise<Prepared> {
  if (request.ca !== null) await checkAuthorities(request.ca);
  const file = join(scratch, BUNDLE_PATH);
  await bundleWorkload(source, file);
  const settings: WorkloadSettings = {
    baseUrl: request.url?.replace(/\/+$/, '') ?? NO_SERVER,
    jobs: request.jobs,
    seed: request.seed,
    latencyMs: request.latencyMs,
    jitter: request.jitter,
    cpuMs: request.cpuMs,
    cpuIterationsPerMs: 0,
    payloadBytes: request.payloadBytes,
    keepAlive: request.keepAlive,
    protocol: request.protocol,
    client: null,
    ca: request.ca,
    insecure: request.insecure,
    tls: request.tls,
    fault: request.fault,
    retry: request.retry,
  };
  const facts = await inspectBundle(file, shownAs, settings, signal, LOADING_LIMIT_MS, launch);
  const spec = specOf(request, { runId, source: shownAs, facts, settings });
  await checkQueue(request, spec);
  return { facts, scratch, displayRoot, launch: withVariables(launch, request), spec };
}

function withVariables(launch: NodeLaunch, { uvThreads, queue }: ExperimentRequest): NodeLaunch {
  return {
    ...launch,
    env: {
      ...launch.env,
      // libuv reads it when its process starts its first task.
      ...(uvThreads !== null && { UV_THREADPOOL_SIZE: String(uvThreads) }),
      ...(queue !== null && { [QUEUE_URL_VARIABLE]: queue }),
    },
  };
}

/**
 * So that a queue that cannot be used is one clear error before anything starts.
 * @throws {ThreadmillError} 'usage' and 'queue-unusable'
 */
async function checkQueue({ queue, queueWorkers }: ExperimentRequest, { variants }: RunSpec): Promise<void> {
  if (!variants.includes('distributed-queue')) {
    if (queue === null && queueWorkers === null) return;
    const option = queue === null ? '--queue-workers' : '--queue';
    throw new ThreadmillError('usage', `${option} is for the variant distributed-queue`, {
      advice: 'Name it among the variants: --variants event-loop,distributed-queue.',
    });
  }
  checkQueuePackages();
  if (queue !== null && queue !== 'embedded') await checkQueueServer(queue);
  else if (queueWorkers?.startsWith('external:')) {
    throw new ThreadmillError('usage', '--queue-workers external: no worker can join an embedded queue', {
      advice: 'Give the URL of a server that they reach: --queue redis://host:6379.',
    });
  } else findQueueServer();
}

/** @throws {ThreadmillError} 'usage' */
async function checkAuthorities(file: string): Promise<void> {
  try {
    new X509Certificate(await readFile(file));
  } catch (thrown) {
    throw new ThreadmillError('usage', `--ca ${shortPath(file)}: ${messageOf(thrown)}`, {
      advice: 'Give a PEM file with at least one certificate (-----BEGIN CERTIFICATE-----).',
    });
  }
}

/** The example that stands for all: shipped with the package as it is. */
export function builtInWorkload(): string {
  const here = import.meta.url;
  return fileURLToPath(
    new URL(
      here.endsWith('.ts') ? '../../../examples/four-apis.ts' : '../../../../examples/four-apis.ts',
      here,
    ),
  );
}

/** The working folder for what lies in it; for any other file the folder that it lies in. */
function displayRootOf(source: string): string {
  return shortPath(source) === source ? dirname(source) : process.cwd();
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
