// Preloaded into an app of which a spec wants to see what it does after minutes: each SIGUSR2 moves its monotonic clock a
// minute on.
const { performance } = require('node:perf_hooks');

const read = performance.now.bind(performance);
let ahead = 0;
performance.now = () => read() + ahead;

process.on('SIGUSR2', () => {
  ahead += 60_000;
  process.stdout.write('a minute on\n');
});
