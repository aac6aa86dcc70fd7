/** What other programs of this workspace take from the registry: its reader of tokens files. */
export {
  checkTokens,
  type CheckedTokens,
  type ListedCertificate,
  type ListedToken,
} from './compose-tokens-check';
