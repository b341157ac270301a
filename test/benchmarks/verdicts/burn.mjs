/** Takes a CPU in bursts of random length until its parent is gone, as another program would. */
const LONGEST_MS = Number(process.argv[2]);

process.on('disconnect', () => process.exit());

function burst() {
  const until = performance.now() + Math.random() * LONGEST_MS;
  while (performance.now() < until);
  setTimeout(burst, Math.random() * LONGEST_MS);
}
burst();
