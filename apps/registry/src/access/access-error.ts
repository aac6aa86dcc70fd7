import { AppError, printable } from '@rollcall/service-kit';
import type { AccessRefusal } from './authorise';
import type { NeededScope } from './scope';

/** A refusal as an answer: 401 when a token or another certificate would help (RFC 9110 §15.5.2), 403 when another one would. */
export function accessError(refusal: AccessRefusal): AppError {
  switch (refusal.kind) {
    case 'unauthenticated':
      return new AppError({
        code: 'UNAUTHORIZED',
        status: 401,
        message: whyUnauthenticated(refusal),
        headers: { 'WWW-Authenticate': refusal.why === 'unknown_token' ? INVALID_TOKEN : CHALLENGE },
      });
    case 'forbidden':
      return new AppError({
        code: 'FORBIDDEN',
        status: 403,
        message: `The ${refusal.by ?? 'token'} of "${refusal.actor}" lacks the scope ${describeScope(refusal.needed)}. Add it in the tokens file, or use another ${refusal.by ?? 'token'}.`,
        headers: { 'WWW-Authenticate': insufficientScope(refusal.needed) },
      });
  }
}

function whyUnauthenticated(refusal: Extract<AccessRefusal, { kind: 'unauthenticated' }>): string {
  switch (refusal.why) {
    case 'no_token':
      return 'This registry requires a token: send Authorization: Bearer <token>.';
    case 'unknown_token':
      return 'This token is not known to this registry. Send one from its tokens file, or REGISTRY_TOKEN.';
    case 'unknown_certificate':
      return `${describeLabels(refusal.labels)} Add a name of it to certificates in the tokens file, or send Authorization: Bearer <token>.`;
  }
}

/** Enough to find the caller by; an authority may have signed any number of them. */
const SHOWN_LABELS = 5;
const LONGEST_LABEL = 200;

function describeLabels(labels: readonly string[]): string {
  if (labels.length === 0)
    return "This caller's certificate has no URI and no DNS name among its subject alternative names; a common name does not count.";
  const more = labels.length > SHOWN_LABELS ? ` and ${labels.length - SHOWN_LABELS} more` : '';
  return `No entry of the tokens file has a name of this caller's certificate: ${shownLabels(labels).join(', ')}${more}.`;
}

/** The names of a certificate as they may be shown: bounded, and in one line. */
export function shownLabels(labels: readonly string[]): readonly string[] {
  return labels
    .slice(0, SHOWN_LABELS)
    .map((label) => printable(label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL)}…` : label));
}

/** RFC 6750 §3.1: without a token the challenge has no error code. */
const CHALLENGE = 'Bearer realm="rollcall"';
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`;

function insufficientScope(needed: NeededScope): string {
  const error = `${CHALLENGE}, error="insufficient_scope"`;
  // A name that has not been validated yet must not end the quotes, or the header.
  return /^[A-Za-z0-9._:*-]+$/.test(needed) ? `${error}, scope="${needed}"` : error;
}

function describeScope(needed: NeededScope): string {
  return needed === 'write' ? 'write:<service>' : needed;
}
