import { ThreadmillError } from '../core/errors.ts';
import { quote } from './values.ts';

/** `1..256`, `1...256` or `1…256`. */
const RANGE = /\s*(?:…|\.{2,3})\s*/;

/** `1,2,4`, `1..256` (doubling), or both; ascending. The end of a range belongs to it. */
export function axisValues(option: string, parse: (given: string) => number): (given: string) => number[] {
  const refuse = (message: string, advice: string): never => {
    throw new ThreadmillError('usage', `${option}: ${message}`, { advice });
  };
  return (given) => {
    const values = given.split(',').flatMap((part) => {
      const ends = part.trim().split(RANGE);
      if (ends.length === 1) return [parse(ends[0]!)];
      const [low, high] = ends;
      if (ends.length > 2 || low === undefined || high === undefined || low === '' || high === '') {
        return refuse(`${quote(part.trim())} is not a range`, 'Write one as 1..256: it doubles.');
      }
      return doubling(parse(low), parse(high), (message, advice) =>
        refuse(`${quote(part.trim())} ${message}`, advice),
      );
    });
    values.sort((one, other) => one - other);
    const twice = values.find((value, index) => value === values[index + 1]);
    return twice === undefined
      ? values
      : refuse(`${twice} is given twice`, 'Name each value once; a range includes both of its ends.');
  };
}

function doubling(low: number, high: number, refuse: (message: string, advice: string) => never): number[] {
  if (low === 0) {
    return refuse('is not a range: 0 cannot be doubled', 'Write it as 0,1..16.');
  }
  if (high <= low) return refuse('is not a range: it ends where it begins or before', 'Write it as 1..256.');
  const values: number[] = [];
  for (let value = low; value < high; value *= 2) values.push(value);
  return [...values, high];
}
