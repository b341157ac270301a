import { type Fault, response, writes } from './fault.ts';
import { CHUNK_FAULTS, LENGTH_FAULTS, SIZE_FAULTS } from './table/bodies.ts';
import { CONNECTION_FAULTS } from './table/connection.ts';
import { END_FAULTS, STALL_FAULTS } from './table/ends.ts';
import { HEADER_FAULTS, STATUS_FAULTS, STATUS_LINE_FAULTS } from './table/heads.ts';
import { KEEP_ALIVE_FAULTS } from './table/keep-alive.ts';
import { TLS_FAULTS } from './table/tls.ts';

/** Everything that a server may do wrong, and what becomes of the jobs: in every variant the same. */
export const FAULTS: readonly Fault[] = [
  ...CONNECTION_FAULTS,
  ...TLS_FAULTS,
  ...STATUS_LINE_FAULTS,
  ...STATUS_FAULTS,
  ...HEADER_FAULTS,
  ...LENGTH_FAULTS,
  ...CHUNK_FAULTS,
  ...END_FAULTS,
  ...STALL_FAULTS,
  ...KEEP_ALIVE_FAULTS,
  ...SIZE_FAULTS,
];

/** A server without a fault, for the jobs beside. */
export const CALM: Fault = {
  name: 'calm',
  group: 'connection',
  does: 'does nothing wrong',
  behaviour: writes(response('calm')),
  outcomes: ['ok'],
};

export function faultNamed(name: string): Fault {
  const fault = [CALM, ...FAULTS].find((each) => each.name === name);
  if (fault === undefined) throw new Error(`there is no fault called ${name}`);
  return fault;
}
