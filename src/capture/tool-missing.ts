import { ThreadmillError } from '../errors.ts';

/** For a capture that is asked for although its availability said no. */
export function toolMissing(name: '0x' | 'clinic'): ThreadmillError {
  return new ThreadmillError('capture-failed', `the package ${name} is not installed.`, {
    advice: `Install it where Threadmill is installed: npm install ${name}`,
  });
}
