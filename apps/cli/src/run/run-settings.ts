import { randomUUID } from 'node:crypto';
import type { RegistrarOptions } from '@rollcall/registry-client';
import { readKeyPairFiles } from '@rollcall/service-kit';
import { CliFault } from '../cli-fault';
import { EXIT } from '../exit-codes';
import { freePort } from '../free-port';
import { checkRegistration, registrationOf, type RegistrationOptions } from '../registration-options';
import type { Session } from '../session';
import { checkHealth, type HealthCheck } from './health-check';
import type { RunSettings } from './run-program';

export interface RunOptions extends RegistrationOptions {
  readonly port: number | 'auto';
  readonly health?: string;
  readonly healthInterval: number;
  readonly healthTimeout: number;
  readonly host?: string;
  readonly tls?: boolean;
  readonly advertiseUrl?: string;
  readonly startTimeout: number;
  readonly requireRegistry?: boolean;
  readonly drainTimeout: number;
  readonly linger: number;
  readonly settle: number;
  readonly stopSignal: NodeJS.Signals;
  readonly grace: number;
}

/** Where the registry finds the program for its probes, unless another path is given. */
const ANY_HOST = 'http://127.0.0.1';

/**
 * The settings of one run, its port chosen and its registration checked.
 *
 * @throws CliFault
 */
export async function runSettings(
  command: readonly string[],
  options: RunOptions,
  { settings, env }: Pick<Session, 'settings' | 'env'>,
): Promise<RunSettings> {
  if (settings.readOnly)
    throw new CliFault(
      EXIT.notAllowed,
      `the profile ${settings.profile ?? ''} is read-only, and this command registers an instance`,
      'choose another one with --profile',
    );
  const check = {
    host: options.host,
    // Checks speak HTTP/1.1.
    path: options.protocol === 'h2c' ? undefined : options.health,
    secure: options.tls === true,
    clientPair: pairInForce(settings),
    timeoutMs: options.healthTimeout,
  } satisfies Omit<HealthCheck, 'port'>;
  /** Another program there would be taken for the one that is started, and announced in its place. */
  const isTaken = async (at: number): Promise<boolean> =>
    (await checkHealth({ ...check, port: at, path: undefined })).ok;
  const port = options.port === 'auto' ? await freePort(isTaken) : options.port;
  const registration = {
    ...registrationOf(options, env),
    ...(options.health === undefined ? {} : { health_path: options.health }),
  };
  const url = options.advertiseUrl ?? (env['ADVERTISE_URL'] || undefined);
  checkRegistration({ ...registration, url: url ?? `${ANY_HOST}:${port}` });
  if (options.port !== 'auto' && (await isTaken(port))) throw portTaken(port);
  const instanceId = options.instanceId ?? randomUUID();
  return {
    command: command.map((word) => word.replaceAll('{port}', String(port))),
    registrar: {
      registryUrls: settings.registryUrls,
      ...(settings.registryToken === undefined ? {} : { token: settings.registryToken }),
      ...settings.tlsFiles,
      registration,
      ownInstanceId: instanceId,
      advertise: url === undefined ? { port, secure: check.secure } : { url },
      drainTimeoutMs: options.drainTimeout,
      drainLingerMs: options.linger,
    } satisfies RegistrarOptions,
    instanceId,
    health: { ...check, port },
    healthEveryMs: options.healthInterval,
    startTimeoutMs: options.startTimeout,
    stopSignal: options.stopSignal,
    settleMs: options.settle,
    graceMs: options.grace,
  };
}

/** The certificate that the registry is shown too, as its files have it now; the last good one while they are replaced. */
function pairInForce({
  tls,
  tlsFiles: { certFile, keyFile },
}: Session['settings']): HealthCheck['clientPair'] {
  if (certFile === undefined || keyFile === undefined) return () => ({});
  let { cert, key } = tls;
  return () => {
    const read = readKeyPairFiles({ certFile, keyFile });
    if ('pair' in read) ({ cert, key } = read.pair);
    return { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
  };
}

function portTaken(port: number): CliFault {
  return new CliFault(
    EXIT.usage,
    `another program listens on port ${port} already`,
    'stop it, or choose another --port; --port auto takes a free one',
  );
}
