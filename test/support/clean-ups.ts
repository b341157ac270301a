/** What takes the place of a test's context in a script: `run` does in reverse order what was to be done after it. */
export function cleanUps() {
  const all: (() => unknown)[] = [];
  return {
    context: { after: (cleanUp: () => unknown) => void all.push(cleanUp) },
    run: async () => {
      for (const cleanUp of all.reverse()) await cleanUp();
    },
  };
}
