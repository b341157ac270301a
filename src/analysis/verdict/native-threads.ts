import type { NativeThreads, RunRecord } from '../../core/documents/run-record.ts';
import { formatMs, formatPlural, formatShare, listed, sentence } from '../../core/format.ts';
import { saturation } from '../warnings/libuv.ts';
import type { Measured } from './measured.ts';

/** Of the process's CPU: less than this outside JavaScript threads changes no conclusion. */
const WORTH_SAYING = 0.1;
/** V8's helpers alone reach a quarter in a short run. Where nothing tells them apart, it takes this much. */
const WORTH_SAYING_APART = 0.5;
/** From here on the jobs' work is libuv's. */
const MIN_LIBUV_SHARE = 0.5;

/** Where CPU outside JavaScript threads went, `800 ms of 900 ms of CPU (89%) in libuv’s thread pool`; null for too little. */
export function nativeThreadsText(native: NativeThreads | null, processMs: number | null): string | null {
  if (native === null || processMs === null || processMs <= 0) return null;
  const { cpuMs, libuv, v8Ms } = native;
  const part = (ms: number, where: string) =>
    `${formatMs(ms)} of ${formatMs(processMs)} of CPU (${formatShare(Math.min(1, ms / processMs))}) in ${where}`;
  if (libuv === null || v8Ms === null) {
    return cpuMs < WORTH_SAYING_APART * processMs
      ? null
      : part(cpuMs, 'threads that run no JavaScript (libuv’s pool, V8’s helpers)');
  }
  const parts = [
    { ms: libuv.cpuMs, where: `libuv’s thread pool (${formatPlural(libuv.threads, 'thread')})` },
    {
      ms: otherThreadsMs(native),
      where: 'other threads (of native libraries, or Workers that the workload starts)',
    },
  ].filter(({ ms }) => ms >= WORTH_SAYING * processMs);
  return parts.length === 0 ? null : listed(parts.map(({ ms, where }) => part(ms, where)));
}

/** CPU of threads that are neither libuv's nor V8's, as far as that is known, ms. */
export function otherThreadsMs({ cpuMs, libuv, v8Ms }: NativeThreads): number {
  const ms = cpuMs - (libuv?.cpuMs ?? 0) - (v8Ms ?? 0);
  // A difference of floats may be a hair off nothing.
  return ms < 0.001 ? 0 : ms;
}

export function nativeCostText(variant: Measured): string | null {
  const { nativeThreads, cpuMs } = variant.summary;
  const texts = [nativeThreadsText(nativeThreads, cpuMs), saturation(variant)].filter(
    (text) => text !== null,
  );
  return texts.length === 0 ? null : `${texts.map(sentence).join('. ')}.`;
}

export function poolAdviceText({ environment }: RunRecord, { summary }: Measured): string | null {
  const { nativeThreads, cpuMs } = summary;
  const libuv = nativeThreads?.libuv ?? null;
  if (libuv === null || cpuMs === null || libuv.cpuMs < MIN_LIBUV_SHARE * cpuMs) return null;
  const cpus = Math.ceil(environment.availableCpus);
  const shared =
    'Most CPU work runs in libuv’s thread pool, which all threads of a process share: worker threads add nothing.';
  const size = formatPlural(libuv.threads, 'thread');
  return libuv.threads < cpus
    ? `${shared} It has ${size} for ${formatPlural(cpus, 'CPU')}: set UV_THREADPOOL_SIZE=${cpus}.`
    : `${shared} Its ${size} (UV_THREADPOOL_SIZE) are enough for ${formatPlural(cpus, 'CPU')}.`;
}

/** CPU of libuv's pool in a typical timed trial, as a share of what its threads could use; null where unknown. */
export function poolUse({ environment }: RunRecord, { summary }: Measured): number | null {
  const libuv = summary.nativeThreads?.libuv ?? null;
  if (libuv === null || libuv.threads === 0) return null;
  return libuv.cpuMs / (summary.wallMs.estimate * Math.min(libuv.threads, environment.availableCpus));
}
