/** What the operating system charged this process, all threads together. */
export interface Usage {
  readonly userMs: number;
  readonly systemMs: number;
  /** High-water mark of the resident set since the process started, bytes. */
  readonly peakRssBytes: number;
}

export function readUsage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // Microseconds and kibibytes, by the documentation of process.resourceUsage().
  return { userMs: userCPUTime / 1e3, systemMs: systemCPUTime / 1e3, peakRssBytes: maxRSS * 1024 };
}
