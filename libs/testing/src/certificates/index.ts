export {
  createPrivateAuthority,
  type IssuedPair,
  type IssueOptions,
  type PrivateAuthority,
} from './private-authority';
