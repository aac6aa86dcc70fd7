export { askSecurely, type SecureAnswer, type SecureRequest } from './ask-securely';
export { startTlsTerminator, type TlsTerminator } from './tls-terminator';
export { createKeyPairFolder, type KeyPairFolder } from './key-pair-folder';
export {
  createPrivateAuthority,
  type CertificateName,
  type IssuedPair,
  type IssueOptions,
  type PrivateAuthority,
} from './private-authority';
