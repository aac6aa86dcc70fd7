import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { useTls } from './agent-tls';
import {
  followTls,
  readTlsFiles,
  type TlsFileEvent,
  type TlsFileOptions,
  type TlsFiles,
  type TlsTexts,
} from './tls-files';

/** What registries are called with: a token, and the files of TLS. Plain data. */
export interface RegistryAccess {
  readonly token?: string;
  readonly tls: TlsFiles;
}

/** @throws TypeError when a file cannot be used: a fault of the configuration, best known at once */
export function readAccess({
  token,
  ...files
}: TlsFileOptions & { readonly token?: string }): RegistryAccess {
  return { ...(token === undefined ? {} : { token }), tls: readTlsFiles(files) };
}

/** The access as it is in force: the texts follow their files. */
export interface LiveAccess {
  readonly token?: string;
  /** Asked for before each connection. */
  readonly tls?: () => TlsTexts;
}

export function followAccess(
  { token, tls }: RegistryAccess,
  onEvent: (event: TlsFileEvent) => void,
): LiveAccess {
  const followed = followTls(tls, onEvent);
  return { ...(token === undefined ? {} : { token }), ...(followed && { tls: followed }) };
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
export function createRegistryHttp(
  { token, tls }: LiveAccess,
  options: { keepAlive: boolean },
): RegistryHttp {
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
  if (tls !== undefined)
    instance.interceptors.request.use((config) => {
      useTls(httpsAgent, tls());
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
