'use strict';

/**
 * What is read of a span in OTLP's JSON (opentelemetry-proto, trace.proto).
 *
 * @typedef {object} Span
 * @property {string} traceId
 * @property {string} spanId
 * @property {string} [parentSpanId]
 * @property {string} name
 * @property {number} [kind]
 * @property {string | number} startTimeUnixNano
 * @property {string | number} endTimeUnixNano
 * @property {readonly { key: string, value?: Record<string, unknown> }[]} [attributes]
 * @property {{ code?: number }} [status]
 */
/** @typedef {Span & { service: string }} NamedSpan */

const KINDS = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const ERROR = 2;
/** Worth a place in the line. */
const SHOWN = ['http.response.status_code', 'http.request.resend_count', 'error.type', 'server.port'];

/**
 * The spans of one trace as lines, each below its parent and further in. One whose parent has not come (it is not
 * recorded, or was lost) stands at the margin.
 *
 * @param {readonly NamedSpan[]} spans
 * @returns {readonly string[]}
 */
function traceLines(spans) {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const inOrder = [...spans].sort((a, b) => Number(startOf(a) - startOf(b)));
  /** @param {NamedSpan} span */
  const parentOf = ({ parentSpanId = '', spanId }) =>
    ids.has(parentSpanId) && parentSpanId !== spanId ? parentSpanId : '';
  /** @type {string[]} */
  const lines = [];
  const written = new Set();

  /** @param {string} parent @param {number} depth */
  function write(parent, depth) {
    for (const span of inOrder) {
      if (parentOf(span) !== parent || written.has(span)) continue;
      written.add(span);
      lines.push(lineOf(span, depth));
      write(span.spanId, depth + 1);
    }
  }
  write('', 0);
  // Spans that are each other's parents begin nowhere.
  for (const span of inOrder) if (!written.has(span)) lines.push(lineOf(span, 0));
  return [`trace ${printable(spans[0]?.traceId ?? '')}`, ...lines];
}

/** @param {NamedSpan} span @param {number} depth */
function lineOf(span, depth) {
  const ms = Number((BigInt(span.endTimeUnixNano) - startOf(span)) / 1000n) / 1000;
  const shown = (span.attributes ?? []).flatMap(({ key, value = {} }) =>
    SHOWN.includes(key) ? [`${key.split('.').slice(-1)}=${Object.values(value)[0]}`] : [],
  );
  const words = [KINDS[span.kind ?? 0] ?? '', span.name, `${ms.toFixed(1)} ms`, ...shown];
  if (span.status?.code === ERROR) words.push('ERROR');
  const name = printable(span.service);
  return `  ${'  '.repeat(depth)}${name}  ${printable(words.filter((word) => word !== '').join('  '))}`;
}

/** @param {Span} span */
function startOf({ startTimeUnixNano }) {
  return BigInt(startTimeUnixNano);
}

/** Whoever sends spans does not write on the terminal. @param {string} text */
function printable(text) {
  return text.replace(/\p{C}/gu, '?').slice(0, 200);
}

module.exports = { traceLines };
