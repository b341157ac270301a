import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly startTime: number;
  readonly endTime: number;
  readonly nodes: readonly { readonly id: number }[];
  samples: number[];
  timeDeltas: number[];
}

/**
 * Puts so many samples into the profiles of a run's timelines, an equal number into each, at even distances: each
 * with a stack that has nothing to do with the one before it, which is the most that a timeline can be asked to draw.
 *
 * @returns how many there are now.
 */
export function makeDense(runFolder: string, samples: number): number {
  const files = readdirSync(runFolder)
    .map((variant) => join(runFolder, variant, 'threads', 'timeline'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.cpuprofile'));
  const each = Math.ceil(samples / files.length);
  for (const file of files) {
    const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
    const { startTime, endTime, nodes } = profile;
    const at = (sample: number): number => Math.floor(((endTime - startTime) * (sample + 1)) / each);
    let random = 1;
    profile.samples = Array.from({ length: each }, () => {
      // Numerical Recipes' linear congruential generator; its low bits have short periods.
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      return nodes[Math.floor((random / 2 ** 32) * nodes.length)]!.id;
    });
    profile.timeDeltas = Array.from({ length: each }, (_, sample) => at(sample) - at(sample - 1));
    writeFileSync(file, JSON.stringify(profile));
  }
  return each * files.length;
}
