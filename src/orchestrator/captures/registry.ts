import type { CaptureName } from '../../core/captures.ts';
import type { Capture } from './capture.ts';
import { clinicBubbleprof, clinicDoctor, clinicFlame, clinicHeapProfiler } from './clinic.ts';
import { heap } from './heap.ts';
import { threads } from './threads.ts';
import { zeroX } from './zero-x.ts';
import { zeroXThreads } from './zero-x-threads.ts';

export const CAPTURES: Readonly<Record<CaptureName, Capture>> = {
  threads,
  '0x': zeroX,
  '0x-threads': zeroXThreads,
  heap,
  'clinic-flame': clinicFlame,
  'clinic-doctor': clinicDoctor,
  'clinic-bubbleprof': clinicBubbleprof,
  'clinic-heapprofiler': clinicHeapProfiler,
};
