import { AppError, type KeyPairTexts } from '@rollcall/service-kit';
import type { Problem } from '@rollcall/contracts';
import type { Registry } from '../ports/registry';
import { postJson } from './post-json';

export interface HttpRegistryOptions {
  /** Tried in turn. */
  readonly registryUrls: readonly string[];
  /** Whom https registries are verified against, PEM, asked for each call; those that Node knows when absent. */
  readonly ca?: (() => string) | undefined;
  /** Shown to registries that ask for a certificate, asked for each call. */
  readonly pair?: (() => KeyPairTexts | undefined) | undefined;
  /** Milliseconds for one of them to answer in. */
  readonly timeoutMs?: number;
}

/** The registry over HTTP, for single calls. */
export function createHttpRegistry(options: HttpRegistryOptions): Registry {
  const { registryUrls, ca, pair, timeoutMs = 3000 } = options;

  async function call(path: string, body: unknown, authorization: string | undefined): Promise<void> {
    const failures: unknown[] = [];
    for (const url of registryUrls) {
      const answer = await postJson(url + path, body, {
        authorization,
        ca: ca?.(),
        pair: pair?.(),
        timeoutMs,
      }).catch((error: unknown) => {
        failures.push(error);
        return undefined;
      });
      // A registry that is going down, or down behind a proxy, is not the last word.
      if (answer === undefined || answer.status >= 500) continue;
      if (answer.status >= 400) throw refusal(answer.status, answer.text, answer.retryAfter);
      return;
    }
    throw new AppError({
      code: 'REGISTRY_UNAVAILABLE',
      status: 503,
      message: 'No registry is reachable at the moment; retry later.',
      expose: true,
      headers: { 'Retry-After': '3' },
      cause: failures[0],
    });
  }

  return {
    register: (registration, authorization) => call('/register', registration, authorization),
    deregister: (instance, authorization) => call('/deregister', instance, authorization),
  };
}

/** The registry's refusal, as the caller gets it. */
function refusal(status: number, text: string, retryAfter: string | undefined): AppError {
  const problem = parsedProblem(text);
  return new AppError({
    code: problem.code ?? 'REGISTRY_REFUSED',
    status,
    message: problem.detail ?? 'The registry refused.',
    faults: problem.faults ?? [],
    ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } }),
  });
}

function parsedProblem(text: string): Partial<Problem> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Partial<Problem>) : {};
  } catch {
    return {};
  }
}
