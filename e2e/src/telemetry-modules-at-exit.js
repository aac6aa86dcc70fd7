// For `node -r`: as its last word a process says which files it has loaded of what records spans, ours and OpenTelemetry's.
// The API alone is there always: prom-client depends on it.
process.on('exit', () => {
  const recording = /libs\/telemetry\/|@opentelemetry\/(?!api\/)/;
  const loaded = Object.keys(require.cache).filter((file) => recording.test(file));
  require('node:fs').writeSync(1, `\ntelemetry modules: ${JSON.stringify(loaded)}\n`);
});
