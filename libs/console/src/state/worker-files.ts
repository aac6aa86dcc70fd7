/** Where the bundle has its workers, by the name of their source; put in by bundle.mjs. */
declare const WORKER_FILES: Readonly<Record<string, string>>;

interface ScriptUrlPolicy {
  readonly createScriptURL: (url: string) => string;
}

interface TrustedTypes {
  readonly createPolicy: (name: string, rules: ScriptUrlPolicy) => ScriptUrlPolicy;
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
  }
}

/** Under Trusted Types a script's address has to be vouched for. Nothing but the bundle's own workers is. */
let policy: ScriptUrlPolicy | undefined;

function addressOf(name: string): string {
  const url = WORKER_FILES[name];
  if (url === undefined) throw new Error(`the bundle has no worker ${name}`);
  policy ??= window.trustedTypes?.createPolicy('rollcall', {
    createScriptURL: (asked) => {
      if (!Object.values(WORKER_FILES).includes(asked))
        throw new TypeError(`${asked} is not a worker of the console`);
      return asked;
    },
  });
  return policy?.createScriptURL(url) ?? url;
}

/** `undefined` where the browser has none, or keeps them from this page along with its storage. */
export function startSharedWorker(name: string): SharedWorker | undefined {
  if (typeof SharedWorker === 'undefined') return undefined;
  const address = addressOf(name);
  try {
    return new SharedWorker(address, { type: 'module', name: 'rollcall' });
  } catch {
    return undefined;
  }
}

export function startWorker(name: string): Worker {
  return new Worker(addressOf(name), { type: 'module' });
}
