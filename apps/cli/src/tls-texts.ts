import { readAuthorityFile, readKeyPairFiles } from '@rollcall/service-kit';
import { CliFault } from './cli-fault';
import { EXIT } from './exit-codes';

/** PEM texts: the authorities that certificates are verified against, and the certificate that is shown. */
export interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A setting as it was found. */
export interface Found {
  readonly value: string;
  /** Named in faults. */
  readonly source: string;
}

/** Where the files of TLS are named. */
export interface TlsFiles {
  readonly ca: Found | undefined;
  readonly cert: Found | undefined;
  readonly key: Found | undefined;
}

/** @throws CliFault when a file cannot be used, or names one half of a certificate and its key */
export function tlsTexts({ ca, cert, key }: TlsFiles): TlsTexts {
  return { ...(ca && { ca: authorityOf(ca) }), ...pairOf(cert, key) };
}

function authorityOf({ value: file, source }: Found): string {
  const read = readAuthorityFile(file);
  if ('ca' in read) return read.ca;
  throw new CliFault(
    EXIT.usage,
    `${source}: ${file} ${read.fault}`,
    'name the PEM file of the authority that signed the certificate',
  );
}

function pairOf(cert: Found | undefined, key: Found | undefined): Pick<TlsTexts, 'cert' | 'key'> {
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined)
    throw new CliFault(
      EXIT.usage,
      `${(cert ?? key)?.source} names one half of a certificate and its key`,
      'name both: --cert-file and --key-file',
    );
  const read = readKeyPairFiles({
    certFile: cert.value,
    keyFile: key.value,
    settings: { certFile: cert.source, keyFile: key.source },
  });
  if ('pair' in read) return { cert: read.pair.cert, key: read.pair.key };
  throw new CliFault(
    EXIT.usage,
    read.faults.map(({ message }) => message).join('\n'),
    'name the PEM files of one certificate and its private key',
  );
}
