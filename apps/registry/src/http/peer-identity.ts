import type { Socket } from 'node:net';
import { certificateNames, verifiedCertificate } from '@rollcall/service-kit';
import { certificateLabels } from '../access/access-certificate';
import { authenticateByCertificate, type AccessRule, type CallerIdentity } from '../access/authorise';

/** What a connection was found to be, by that rule. */
interface Peer {
  /** `undefined`: no certificate. */
  readonly labels: readonly string[] | undefined;
  readonly rule: AccessRule;
  readonly identity: CallerIdentity;
}

/** Whose call it is that came without a token. */
export type IdentifyPeer = (socket: Socket, rule: AccessRule) => CallerIdentity;

/**
 * By the certificate of the connection. Its names are read once a connection, and its rights looked up once each time that
 * the tokens file has changed: a heartbeat over a connection that is kept costs a look into a map.
 */
export function createIdentifyPeer(): IdentifyPeer {
  const peers = new WeakMap<Socket, Peer>();
  return (socket, rule) => {
    const known = peers.get(socket);
    if (known?.rule === rule) return known.identity;
    const labels = known ? known.labels : verifiedLabels(socket);
    const peer = { labels, rule, identity: authenticateByCertificate(rule, labels) };
    peers.set(socket, peer);
    return peer.identity;
  };
}

function verifiedLabels(socket: Socket): readonly string[] | undefined {
  const certificate = verifiedCertificate(socket);
  return certificate && certificateLabels(certificateNames(certificate));
}
