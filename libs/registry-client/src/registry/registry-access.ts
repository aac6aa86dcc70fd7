import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { trust } from './agent-trust';
import { followAuthority, readAuthority, type AuthorityEvent, type AuthorityFile } from './authority';

/** Token and authority of the registries. Plain data. */
export interface RegistryAccess {
  readonly token?: string;
  /** The authority that signed the registries' certificates. */
  readonly authority?: AuthorityFile;
}

/** @throws when `caFile` cannot be used: a fault of the configuration, best known at once */
export function readAccess(options: { readonly token?: string; readonly caFile?: string }): RegistryAccess {
  return {
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.caFile === undefined ? {} : { authority: readAuthority(options.caFile) }),
  };
}

/** Token and authority as they are in force: the authority follows its file. */
export interface LiveAccess {
  readonly token?: string;
  /** PEM text, asked for before each connection. */
  readonly ca?: () => string;
}

export function followAccess(
  { authority, ...access }: RegistryAccess,
  onEvent: (event: AuthorityEvent) => void,
): LiveAccess {
  return { ...access, ...(authority === undefined ? {} : { ca: followAuthority(authority, onEvent) }) };
}

export interface RegistryHttp {
  readonly axios: AxiosInstance;
  /** Closes its connections. */
  close(): void;
}

/**
 * HTTP towards the registries. Every status is an answer, not an error. Redirects are not followed, since they
 * would carry the token elsewhere; a proxy from the environment is not used, since the registry would then see
 * the proxy's address, and this library reads no environment.
 */
export function createRegistryHttp({ token, ca }: LiveAccess, options: { keepAlive: boolean }): RegistryHttp {
  const httpAgent = new Agent(options);
  const httpsAgent = new TlsAgent(options);
  const instance = axios.create({
    adapter: 'http',
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    validateStatus: () => true,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
  if (ca !== undefined)
    instance.interceptors.request.use((config) => {
      trust(httpsAgent, ca());
      return config;
    });
  return {
    axios: instance,
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
