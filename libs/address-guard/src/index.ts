export { createAddressGuard, type AddressGuard, type AddressGuardOptions } from './address-guard';
export { FORBIDDEN_ADDRESS, ForbiddenAddressError } from './forbidden-address-error';
export { plainAddress } from './plain-address';
export type { ResolveName } from './resolve-name';
export { NO_CIDRS, parseCidrSet, type CidrSet } from './judgement/cidr-set';
export { describeRefusal, type AddressVerdict, type Refusal, type RefusalReason } from './judgement/verdict';
