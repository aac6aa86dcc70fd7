import type { AnnouncedRoute, RegisterRequest } from '@rollcall/contracts';
import { createRegistrar, type LoadSource, type Registrar } from '@rollcall/registry-client';
import {
  registryOptions,
  type Logger,
  type RegistrationSettings,
  type TlsSettings,
} from '@rollcall/service-kit';
import { isTlsFileEvent } from './log-client-event';
import { logRegistrarEvents } from './registrar-log';

export interface AnnouncementOptions {
  readonly settings: RegistrationSettings &
    Pick<TlsSettings, 'TLS_CERT_FILE'> & { readonly SERVICE_NAME: string };
  readonly logger: Logger;
  /** A fresh UUID of this process; see `RegistrarOptions`. */
  readonly instanceId?: string | undefined;
  /** What the gateway is asked to route here. */
  readonly routes?: readonly AnnouncedRoute[];
  /** What this process sends to others, to be reported; see `RegistrarOptions`. */
  readonly load?: LoadSource | undefined;
  /** Something else in this process follows the registry's files of TLS and logs their renewals: one line for each is enough. */
  readonly areTlsFilesLogged?: boolean;
  /** Called after whatever may have changed `identity()`. */
  readonly onChange?: () => void;
}

/** A service's registrar, made from its settings once it is known which port it listens on. */
export interface Announcement {
  /**
   * Call once the server listens. Does not wait for a registry, and does not mind one that is away.
   *
   * @param metadata what is only known by then
   */
  start(port: number, metadata?: RegisterRequest['metadata']): Promise<void>;
  /** `<instance_id>/<epoch>` while registered, for the health paths. */
  identity(): string | undefined;
  /** As what this process is listed; `undefined` while it is not. */
  listing(): ReturnType<Registrar['identity']>;
  /** Off the list first, then idle; the caller goes on serving until this resolves. */
  stop(whenIdle: () => Promise<void>): Promise<void>;
}

export function createAnnouncement({
  settings,
  logger,
  instanceId,
  routes = [],
  load,
  areTlsFilesLogged = false,
  onChange,
}: AnnouncementOptions): Announcement {
  let registrar: Registrar | undefined;
  const log = logRegistrarEvents(logger);

  return {
    async start(port, metadata) {
      const { SERVICE_NAME, ADVERTISE_URL } = settings;
      registrar = createRegistrar({
        ...registryOptions(settings),
        ...(instanceId !== undefined && { ownInstanceId: instanceId }),
        registration: { service_name: SERVICE_NAME, routes, ...(metadata && { metadata }) },
        advertise:
          ADVERTISE_URL === undefined
            ? { port, secure: settings.TLS_CERT_FILE !== undefined }
            : { url: ADVERTISE_URL },
        ...(load && { load }),
        drainLingerMs: settings.DRAIN_LINGER_MS,
        onEvent(event) {
          if (!(areTlsFilesLogged && isTlsFileEvent(event))) log(event);
          onChange?.();
        },
      });
      await registrar.start();
    },
    identity() {
      const identity = registrar?.identity();
      return identity && `${identity.instance_id}/${identity.epoch}`;
    },
    listing: () => registrar?.identity(),
    async stop(whenIdle) {
      await registrar?.stop({ whenIdle });
    },
  };
}
