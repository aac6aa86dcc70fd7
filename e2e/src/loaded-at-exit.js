// For `node -r`: as its last word a process says which of the files that it has loaded match LOADED_MATCHING.
process.on('exit', () => {
  const wanted = new RegExp(process.env.LOADED_MATCHING);
  const loaded = Object.keys(require.cache).filter((file) => wanted.test(file));
  require('node:fs').writeSync(1, `\nloaded: ${JSON.stringify(loaded)}\n`);
});
