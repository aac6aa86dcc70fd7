// Preloaded into an app of which a spec asks how much of its new objects survives a collection. The first SIGUSR2
// collects what is young, as a scavenge that meets many requests under way would, and begins to measure; the second says
// what survived since.
const { GCProfiler, setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** @type {GCProfiler | undefined} */
let profiler;

process.on('SIGUSR2', () => {
  if (profiler === undefined) {
    collect({ type: 'minor' });
    profiler = new GCProfiler();
    profiler.start();
    process.stdout.write('measuring\n');
    return;
  }
  const scavenges = profiler.stop().statistics.filter(({ gcType }) => gcType === 'Scavenge');
  let young = 0;
  let survived = 0;
  for (const { beforeGC, afterGC } of scavenges) {
    const before = usedIn(beforeGC, 'new');
    young += before;
    survived += before - (usedIn(beforeGC, '') - usedIn(afterGC, ''));
  }
  process.stdout.write(
    `survival ${JSON.stringify({ scavenges: scavenges.length, share: survived / young })}\n`,
  );
});

/** Bytes in the spaces whose names begin so. */
function usedIn({ heapSpaceStatistics }, beginning) {
  return heapSpaceStatistics
    .filter(({ spaceName }) => spaceName.startsWith(beginning))
    .reduce((sum, { spaceUsedSize }) => sum + spaceUsedSize, 0);
}
