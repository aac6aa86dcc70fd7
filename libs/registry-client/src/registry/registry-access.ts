import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { readAuthority } from './authority';

/** What it takes to be let in. Plain data. */
export interface RegistryAccess {
  readonly token?: string;
  /** PEM text of the authority that signed the registries' certificates. */
  readonly ca?: string;
}

/** @throws when the file is of no use: a fault of the configuration, best known at once */
export function readAccess(options: { readonly token?: string; readonly caFile?: string }): RegistryAccess {
  return {
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.caFile === undefined ? {} : { ca: readAuthority(options.caFile) }),
  };
}

export interface RegistryHttp {
  readonly axios: AxiosInstance;
  /** Lets go of idle connections. */
  close(): void;
}

/**
 * HTTP towards the registries. Every status is an answer, not an error. Redirects are not followed, since they
 * would carry the token elsewhere; a proxy from the environment is not used, since the registry would then see
 * the proxy's address, and this library reads no environment.
 */
export function createRegistryHttp(access: RegistryAccess, options: { keepAlive: boolean }): RegistryHttp {
  const httpAgent = new Agent(options);
  const httpsAgent = new TlsAgent({ ...options, ...(access.ca === undefined ? {} : { ca: access.ca }) });
  return {
    axios: axios.create({
      adapter: 'http',
      httpAgent,
      httpsAgent,
      proxy: false,
      maxRedirects: 0,
      validateStatus: () => true,
      headers: access.token === undefined ? {} : { Authorization: `Bearer ${access.token}` },
    }),
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
