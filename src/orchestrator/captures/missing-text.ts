/** Which threads a capture missed: `lost` ended meanwhile, `unseen` were started by the workload. Null for none. */
export function missingText(lost: number, unseen: number): string | null {
  const parts = [
    ...(lost > 0
      ? [
          `${threads(lost)} ended during the load: ${lost === 1 ? 'its profile is' : 'their profiles are'} missing.`,
        ]
      : []),
    ...(unseen > 0
      ? [`${threads(unseen)} of the workload’s own ${unseen === 1 ? 'was' : 'were'} not profiled.`]
      : []),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}

function threads(count: number): string {
  return count === 1 ? '1 worker thread' : `${count} worker threads`;
}
