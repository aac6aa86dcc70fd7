import type { SessionClosed, SessionEvent, SessionOpened } from '@rollcall/contracts';
import { isJsonRecord, isString, type JsonRecord } from './json-record';

const REASONS: Readonly<Record<SessionClosed['reason'], true>> = {
  superseded: true,
  over: true,
  registry_closing: true,
  unauthorized: true,
};

/** Reads one event of a session; undefined for one that says nothing this library can use. */
export function readSessionMessage(type: string | undefined, data: string): SessionEvent | undefined {
  const body = parseJson(data);
  if (type === 'opened' && isOpened(body)) return { type, data: body };
  if (type === 'closed' && isClosed(body)) return { type, data: body };
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOpened(body: unknown): body is JsonRecord & SessionOpened {
  return isJsonRecord(body) && Number.isFinite(body['ping_interval_seconds']);
}

function isClosed(body: unknown): body is JsonRecord & SessionClosed {
  return isJsonRecord(body) && isString(body['reason']) && Object.hasOwn(REASONS, body['reason']);
}
