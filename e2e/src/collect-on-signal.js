// Preloaded into an app whose memory a spec judges: what is garbage is gone when it has said `collected`.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  // Twice: what a finaliser lets go of is garbage for the next one.
  collect();
  setImmediate(() => {
    collect();
    process.stdout.write('collected\n');
  });
});
