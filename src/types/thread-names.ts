/** 0 is the main thread of a runner; workers count from 1. As it is called wherever it is shown. */
export function threadLabel(thread: number): string {
  return thread === 0 ? 'main thread' : `worker ${thread}`;
}

/** File name of a thread's CPU profile, in the folder of the capture `threads` and in what the runner leaves. */
export function cpuProfileFile(thread: number): string {
  return `thread-${thread}.cpuprofile`;
}

/** File name of what a thread allocated, in the folder of the capture `heap` and in what the runner leaves. */
export function heapProfileFile(thread: number): string {
  return `thread-${thread}.heapprofile`;
}
