export {
  createRegisteredService,
  type RegisteredService,
  type RegisteredServiceOptions,
} from './registered-service';
export { createAnnouncement, type Announcement, type AnnouncementOptions } from './announcement';
export { inOrder, type Resource, type Resources } from './resource';
export { logRegistrarEvents } from './registrar-log';
export { logResolverEvents } from './resolver-log';
export { logServiceClientEvents, tlsFileLine } from './log-client-event';
export { createOutageLine } from './outage-line';
