import { followAuthority, readAuthority, type AuthorityEvent, type AuthorityFile } from './authority';
import {
  followCertificate,
  readCertificate,
  type CertificateEvent,
  type CertificateFiles,
} from './client-certificate';

/** The files that TLS with a server goes by. Each is read anew for new connections, see `TlsFileEvent`. */
export interface TlsFileOptions {
  /** PEM file of the authority that signed the servers' certificates, trusted instead of those that Node knows. */
  readonly caFile?: string;
  /** PEM file of the certificate that is shown to servers that ask for one. With `keyFile`, or not at all. */
  readonly certFile?: string;
  /** PEM file of the certificate's private key, without a passphrase. */
  readonly keyFile?: string;
}

/** The files, and their texts when they were read. Plain data. */
export interface TlsFiles {
  readonly authority?: AuthorityFile;
  readonly certificate?: CertificateFiles;
}

/** What a connection over TLS is opened with, as PEM texts. */
export interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What became of a file that was replaced. */
export type TlsFileEvent = AuthorityEvent | CertificateEvent;

/** @throws TypeError when one of them cannot be used: a fault of the configuration, best known at once */
export function readTlsFiles({ caFile, certFile, keyFile }: TlsFileOptions): TlsFiles {
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new TypeError(
      certFile === undefined ? 'certFile is required with keyFile' : 'keyFile is required with certFile',
    );
  return {
    ...(caFile !== undefined && { authority: readAuthority(caFile) }),
    ...(certFile !== undefined &&
      keyFile !== undefined && { certificate: readCertificate(certFile, keyFile) }),
  };
}

/** @returns the texts in force, to be asked for before each connection; `undefined` where Node's defaults stand */
export function followTls(
  { authority, certificate }: TlsFiles,
  onEvent: (event: TlsFileEvent) => void,
): (() => TlsTexts) | undefined {
  if (authority === undefined && certificate === undefined) return undefined;
  const ca = authority && followAuthority(authority, onEvent);
  const pair = certificate && followCertificate(certificate, onEvent);
  return () => ({ ...(ca && { ca: ca() }), ...pair?.() });
}
