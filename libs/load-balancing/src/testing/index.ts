export { FIRST, hostHealthContract, type HostHealthCase, type HostUnderTest } from './host-health-contract';
