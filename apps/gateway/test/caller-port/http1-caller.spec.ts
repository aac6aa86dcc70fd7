import { createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import { describeCallerContract } from './caller-contract';
import { http1Adapter } from './http1-adapter';

describe('a caller over HTTP/1.1', () => {
  describeCallerContract(() => Promise.resolve(http1Adapter()));
});

describe('a caller over HTTP/1.1 and TLS', () => {
  let pair: KeyPairFolder;

  beforeAll(async () => {
    pair = await createKeyPairFolder();
  });
  afterAll(() => pair.remove());

  describeCallerContract(() => {
    const { certFile, keyFile, authority } = pair;
    const ignore = (): void => undefined;
    const server = { files: { certFile, keyFile }, onCertificate: ignore, onHandshakeFailure: ignore };
    return Promise.resolve(http1Adapter({ server, ca: authority.ca }));
  });
});
