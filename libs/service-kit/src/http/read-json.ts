import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError } from '../errors/app-error';

const LONGEST_BODY_BYTES = 65_536;

/**
 * A request's JSON body, parsed; `{}` for an empty one. UTF-8 only (RFC 8259 §8.1), and never unpacked: a few packed
 * bytes may be any number of them.
 *
 * @param limitBytes longest body, bytes; default 64 KiB
 * @throws AppError 400 `MALFORMED_JSON` (a bare value is malformed too), 413 `BODY_TOO_LARGE`, 415
 *   `UNSUPPORTED_MEDIA_TYPE`
 */
export async function readJson(req: IncomingMessage, limitBytes = LONGEST_BODY_BYTES): Promise<object> {
  if (!requireJsonBody(req)) return {};
  const length = req.headers['content-length'];
  if (length !== undefined && Number(length) > limitBytes) throw bodyTooLarge(limitBytes);
  return parse(await readText(req, limitBytes));
}

/**
 * Whether there is a body, which is not read yet.
 *
 * @throws AppError 415 `UNSUPPORTED_MEDIA_TYPE`: there is one, and by its fields it is not JSON
 */
export function requireJsonBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  if (headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) return false;
  refuseOtherTypes(headers);
  return true;
}

function readText(req: IncomingMessage, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) {
        // Unread from here on: answering an error closes the connection.
        req.pause();
        return reject(bodyTooLarge(limitBytes));
      }
      if (first === undefined) first = chunk;
      else (more ??= [first]).push(chunk);
    });
    req.on('end', () => resolve((more ? Buffer.concat(more) : (first ?? EMPTY)).toString('utf8')));
    req.on('error', () => reject(requestAborted()));
  });
}

const EMPTY = Buffer.alloc(0);

function parse(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error), error);
  }
  if (typeof value !== 'object' || value === null)
    throw malformed('the body must be an object or an array, not a bare value');
  return value;
}

/** Windows' editors write it, and RFC 8259 §8.1 lets readers ignore it. */
const BYTE_ORDER_MARK = '\uFEFF';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

function refuseOtherTypes(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  // What nearly everybody sends.
  if (type === 'application/json' && headers['content-encoding'] === undefined) return;
  if (type === undefined || !JSON_TYPE.test(type))
    throw unsupported(
      `Send the body as application/json, not as ${type ?? 'a body without a Content-Type'}.`,
      {
        Accept: 'application/json',
      },
    );
  const charset = CHARSET.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw unsupported(`Send JSON as UTF-8, not as ${charset}.`, { Accept: 'application/json' });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && !/^identity$/i.test(encoding))
    throw unsupported(`Send the body as it is, not as ${encoding}.`, { 'Accept-Encoding': 'identity' });
}

function unsupported(message: string, headers: Readonly<Record<string, string>>): AppError {
  return new AppError({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415, message, headers });
}

function bodyTooLarge(limitBytes: number): AppError {
  return new AppError({
    code: 'BODY_TOO_LARGE',
    status: 413,
    message: `The body is longer than ${limitBytes} bytes.`,
  });
}

function malformed(why: string, cause?: unknown): AppError {
  return new AppError({
    code: 'MALFORMED_JSON',
    status: 400,
    message: `The body is no JSON: ${why}.`,
    cause,
  });
}

/** Nobody is there to read it; it shows in the log alone. */
function requestAborted(): AppError {
  return new AppError({
    code: 'REQUEST_ABORTED',
    status: 400,
    message: 'The request was not sent to its end.',
  });
}
