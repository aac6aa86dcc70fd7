'use strict';

/**
 * Makes the certificates that docker/compose.tls.yml and docker/compose.mtls.yml hand out, and the authority that signs
 * them:
 *
 *   node docker/make-certificates.js [folder]    default: docker/certificates; needs `npm install`
 *
 * An authority that is there already is kept, and has signed new certificates afterwards: everybody takes
 * them up within seconds, without a restart. For a new authority delete the folder first and `up` the stack afterwards.
 */
require('reflect-metadata');
const { webcrypto } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const x509 = require('@peculiar/x509');
const { makePrivateFolder } = require('./private-folder');

/** Each by its name among the containers, and as people on this machine call it. */
const NAMES = {
  registry: ['registry', 'localhost', '127.0.0.1'],
  gateway: ['gateway', 'localhost', '127.0.0.1'],
  // Who calls, and is not called over TLS.
  product: ['product'],
  order: ['order'],
  hello: ['hello'],
  operator: ['operator'],
};
/** Those that are called over TLS. */
const SERVERS = ['registry', 'gateway'];

const DAY_MS = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const folder = process.argv[2] ?? join(__dirname, 'certificates');
const authorityKeyFile = join(folder, 'authority-key.pem');
const authorityFile = join(folder, 'trusted', 'ca.pem');

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

async function main() {
  makePrivateFolder(folder, 'authority-key.pem');
  const authority = existsSync(authorityFile) ? await readAuthority() : await makeAuthority();
  for (const [name, names] of Object.entries(NAMES)) {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: authority.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: authority.key,
      signingAlgorithm: ALGORITHM,
      ...lifetime(365),
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
        ),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.clientAuth,
          ...(SERVERS.includes(name) ? [x509.ExtendedKeyUsage.serverAuth] : []),
        ]),
      ],
    });
    mkdirSync(join(folder, name), { recursive: true });
    write(join(folder, name, 'key.pem'), await pemOfKey(keys.privateKey), 0o644);
    write(join(folder, name, 'cert.pem'), certificate.toString('pem'), 0o644);
  }
  process.stdout.write(`Certificates of ${Object.keys(NAMES).join(', ')} are in ${folder}.\n`);
}

async function makeAuthority() {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Rollcall',
    keys,
    signingAlgorithm: ALGORITHM,
    ...lifetime(3650),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  mkdirSync(join(folder, 'trusted'), { recursive: true });
  write(authorityKeyFile, await pemOfKey(keys.privateKey), 0o600);
  // Last: while it is missing, there is no authority.
  write(authorityFile, certificate.toString('pem'), 0o644);
  return { certificate, key: keys.privateKey };
}

async function readAuthority() {
  const key = x509.PemConverter.decodeFirst(readFileSync(authorityKeyFile, 'utf8'));
  return {
    certificate: new x509.X509Certificate(readFileSync(authorityFile, 'utf8')),
    key: await webcrypto.subtle.importKey('pkcs8', key, ALGORITHM, false, ['sign']),
  };
}

function generateKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function pemOfKey(key) {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** From yesterday, for clocks that are behind. */
function lifetime(days) {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + days * DAY_MS) };
}

/** Whole, or not at all. */
function write(file, text, mode) {
  writeFileSync(`${file}.new`, `${text}\n`, { mode });
  renameSync(`${file}.new`, file);
}
