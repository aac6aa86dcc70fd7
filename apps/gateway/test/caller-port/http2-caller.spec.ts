import { createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import { describeCallerContract } from './caller-contract';
import { http2Adapter } from './http2-adapter';

describe('a caller over HTTP/2 by prior knowledge', () => {
  describeCallerContract(() => Promise.resolve(http2Adapter()));
});

describe('a caller over HTTP/2 and TLS', () => {
  let pair: KeyPairFolder;

  beforeAll(async () => {
    pair = await createKeyPairFolder();
  });
  afterAll(() => pair.remove());

  describeCallerContract(() => {
    const { certFile, keyFile, authority } = pair;
    const ignore = (): void => undefined;
    const server = { files: { certFile, keyFile }, onCertificate: ignore, onHandshakeFailure: ignore };
    return Promise.resolve(http2Adapter({ server, ca: authority.ca }));
  });
});
