'use strict';

const { createServer } = require('node:http');
const { listenForInterruption } = require('../launcher/interruption');
const { traceLines } = require('./trace-tree');

/** After so long without a further span of it a trace is taken to be whole: processes send theirs at different times. */
const QUIET_MS = 2000;
/** So much of one request, and so many spans that wait to be shown; what is more is dropped. */
const MAX_BODY_BYTES = 8_388_608;
const MAX_SPANS = 5000;

/**
 * Takes spans, as OTLP over HTTP in JSON, and shows each trace as a tree: enough to see what happens on one machine.
 *
 * @param {import('./containers').ObserveOptions} options
 * @returns {Promise<number>} exit code, once it is interrupted
 */
async function observeTraces({ env, say }) {
  const port = Number(env['OTLP_PORT'] || 4318);
  /** @type {Map<string, { spans: import('./trace-tree').NamedSpan[], timer: NodeJS.Timeout }>} */
  const traces = new Map();
  let waiting = 0;

  /** @param {import('./trace-tree').NamedSpan} span */
  function take(span) {
    if (waiting >= MAX_SPANS) return;
    waiting += 1;
    const known = traces.get(span.traceId);
    if (known !== undefined) {
      known.spans.push(span);
      known.timer.refresh();
      return;
    }
    traces.set(span.traceId, { spans: [span], timer: setTimeout(() => show(span.traceId), QUIET_MS) });
  }

  /** @param {string} traceId */
  function show(traceId) {
    const spans = traces.get(traceId)?.spans ?? [];
    traces.delete(traceId);
    waiting -= spans.length;
    say(`\n${traceLines(spans).join('\n')}`);
  }

  const server = createServer((req, res) => {
    receive(req).then(
      (spans) => {
        spans.forEach(take);
        res.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      },
      (/** @type {Error} */ error) => {
        say(`A request was refused: ${error.message}`);
        res.writeHead(400, { Connection: 'close' }).end();
      },
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`Port ${port} cannot be used; OTLP_PORT names another`, { cause })),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const listening = typeof address === 'object' && address !== null ? address.port : port;
      say(`Traces are shown here. In another terminal, in one line:
OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${listening} OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_BSP_SCHEDULE_DELAY=500 npm start`);
    });
    const { happened } = listenForInterruption({ onImpatience: () => process.exit(1) });
    void happened.then(() => {
      for (const { timer } of traces.values()) clearTimeout(timer);
      server.close(() => resolve(0));
      server.closeAllConnections();
    });
  });
}

/**
 * @param {import('node:http').IncomingMessage} req
 * @returns {Promise<readonly import('./trace-tree').NamedSpan[]>}
 * @throws when it is anything but spans in JSON
 */
async function receive(req) {
  if (req.method !== 'POST' || req.url !== '/v1/traces') throw new Error(`${req.method} ${req.url}`);
  const type = req.headers['content-type'] ?? '';
  if (!type.startsWith('application/json'))
    throw new Error('spans have to come as JSON: OTEL_EXPORTER_OTLP_PROTOCOL=http/json');
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BODY_BYTES) throw new Error('a body of more than 8 MiB');
  }
  const spans = [];
  for (const { resource, scopeSpans = [] } of JSON.parse(text).resourceSpans ?? []) {
    const named = resource?.attributes?.find(
      (/** @type {{ key: string }} */ { key }) => key === 'service.name',
    );
    const service = String(named?.value?.stringValue ?? 'unknown');
    for (const scope of scopeSpans)
      for (const span of scope.spans ?? []) spans.push(checked({ ...span, service }));
  }
  return spans;
}

/** @param {import('./trace-tree').NamedSpan} span */
function checked(span) {
  const { traceId, spanId, name, startTimeUnixNano: start, endTimeUnixNano: end, attributes = [] } = span;
  const isSpan =
    [traceId, spanId, name].every((text) => typeof text === 'string') &&
    [start, end].every((time) => /^\d{1,20}$/.test(String(time))) &&
    Array.isArray(attributes);
  if (!isSpan) throw new Error('something that is no span');
  return span;
}

module.exports = { observeTraces };
