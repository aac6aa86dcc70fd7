import { randomUUID } from 'node:crypto';
import type { RegistrarOptions } from '@rollcall/registry-client';
import { readKeyPairFiles } from '@rollcall/service-kit';
import { CliFault } from '../cli-fault';
import { EXIT } from '../exit-codes';
import { checkRegistration, registrationOf, type RegistrationOptions } from '../registration-options';
import type { Session } from '../session';
import { freePort } from './free-port';
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
  const port = options.port === 'auto' ? await freePort() : options.port;
  const health: HealthCheck = {
    port,
    host: options.host,
    // Checks speak HTTP/1.1.
    path: options.protocol === 'h2c' ? undefined : options.health,
    secure: options.tls === true,
    clientPair: pairInForce(settings),
    timeoutMs: options.healthTimeout,
  };
  const registration = {
    ...registrationOf(options, env),
    ...(options.health === undefined ? {} : { health_path: options.health }),
  };
  const url = options.advertiseUrl ?? (env['ADVERTISE_URL'] || undefined);
  checkRegistration({ ...registration, url: url ?? `${ANY_HOST}:${port}` });
  await refuseTakenPort(health);
  const instanceId = options.instanceId ?? randomUUID();
  return {
    command: command.map((word) => word.replaceAll('{port}', String(port))),
    registrar: {
      registryUrls: settings.registryUrls,
      ...(settings.registryToken === undefined ? {} : { token: settings.registryToken }),
      ...settings.tlsFiles,
      registration,
      ownInstanceId: instanceId,
      advertise: url === undefined ? { port, secure: health.secure } : { url },
      drainTimeoutMs: options.drainTimeout,
      drainLingerMs: options.linger,
    } satisfies RegistrarOptions,
    instanceId,
    health,
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

/** Another program there would be taken for the one that is started, and announced in its place. */
async function refuseTakenPort(health: HealthCheck): Promise<void> {
  const { ok } = await checkHealth({ ...health, path: undefined });
  if (!ok) return;
  throw new CliFault(
    EXIT.usage,
    `another program listens on port ${health.port} already`,
    'stop it, or choose another --port; --port auto takes a free one',
  );
}
