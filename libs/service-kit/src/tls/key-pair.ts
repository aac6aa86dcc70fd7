import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { pemCertificates } from './authority-file';

/** PEM texts as they stand in the files. */
export interface KeyPairTexts {
  /** The server's certificate, followed by those of the authorities between it and one that callers trust. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate and its key that TLS can be served with. */
export interface KeyPair extends KeyPairTexts {
  /** Names and addresses that it is for, as it spells them: `DNS:registry, IP Address:10.0.0.7`. */
  readonly names: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** Wall clock, milliseconds. */
  readonly expiresAt: number;
}

/** What is wrong, as the end of a sentence that begins with the name of the one or the other. */
export interface KeyPairFault {
  readonly of: 'cert' | 'key';
  readonly fault: string;
}

export type KeyPairReading = { readonly pair: KeyPair } | { readonly faults: readonly KeyPairFault[] };

/**
 * Whether TLS can be served with these. An expired certificate can: callers that look refuse it, others do not, and
 * a restart at night must not turn a certificate that is a minute too old into an outage for all of them.
 */
export function readKeyPair(texts: KeyPairTexts): KeyPairReading {
  const certificate = readChain(texts.cert);
  const key = readKey(texts.key);
  const faults = [certificate, key].filter((read) => 'fault' in read);
  if ('fault' in certificate || 'fault' in key) return { faults };
  if (!certificate.certificate.checkPrivateKey(key.key))
    return { faults: [{ of: 'key', fault: 'is not the key of the certificate' }] };
  try {
    createSecureContext({ ...texts });
  } catch (error) {
    return {
      faults: [
        {
          of: 'cert',
          fault: `is of no use to TLS (${error instanceof Error ? error.message : String(error)})`,
        },
      ],
    };
  }
  const { subjectAltName, fingerprint256, validTo } = certificate.certificate;
  const names = subjectAltName ?? '';
  return { pair: { ...texts, names, fingerprint: fingerprint256, expiresAt: Date.parse(validTo) } };
}

function readChain(text: string): { readonly certificate: X509Certificate } | KeyPairFault {
  try {
    const [certificate] = pemCertificates(text).map((block) => new X509Certificate(block));
    return certificate === undefined ? { of: 'cert', fault: 'holds no certificate in PEM' } : { certificate };
  } catch {
    return { of: 'cert', fault: 'holds a certificate that cannot be read' };
  }
}

function readKey(text: string): { readonly key: KeyObject } | KeyPairFault {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    return { of: 'key', fault: 'holds a key with a passphrase, which nobody is there to type in' };
  try {
    return { key: createPrivateKey(text) };
  } catch {
    return { of: 'key', fault: 'holds no private key in PEM' };
  }
}
