import { createLogger, type Logger } from '@rollcall/service-kit';
import { Writable } from 'node:stream';
import { transports } from 'winston';
import { logRegistrarEvents } from './registrar-log';
import { logServiceClientEvents } from './log-client-event';
import { logResolverEvents } from './resolver-log';

/** A real logger whose lines are kept instead of printed. */
function keptLines(): { logger: Logger; lines: unknown[] } {
  const lines: unknown[] = [];
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString()));
      done();
    },
  });
  const logger = createLogger({ service: 'spec', level: 'debug', pretty: false });
  logger.clear().add(new transports.Stream({ stream }));
  return { logger, lines };
}

const failure = { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' };
const registryUrl = 'http://127.0.0.1:1';

describe('the log of a registrar', () => {
  it('names the event and carries its facts', () => {
    const { logger, lines } = keptLines();

    logRegistrarEvents(logger)({
      type: 'registered',
      registryUrl,
      instanceId: 'i',
      epoch: 7,
      url: 'http://10.0.0.7:8081',
    });

    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        message: 'registered as http://10.0.0.7:8081',
        event: 'registrar_registered',
        registry_url: registryUrl,
        instance_id: 'i',
        epoch: 7,
      }),
    ]);
  });

  it('warns of a registry that is away once a minute, not at every try', () => {
    const { logger, lines } = keptLines();
    let now = 0;
    const log = logRegistrarEvents(logger, () => now);

    for (const at of [0, 3_000, 59_999, 60_000, 60_001]) {
      now = at;
      log({ type: 'registry_unavailable', registryUrl, during: 'heartbeat', failure, retryInMs: 3000 });
    }

    expect(lines).toEqual(
      ['warn', 'debug', 'debug', 'warn', 'debug'].map((level) => expect.objectContaining({ level })),
    );
  });

  it('passes on what the registry warns of, and says when that is over', () => {
    const { logger, lines } = keptLines();
    const log = logRegistrarEvents(logger);

    log({ type: 'warned', registryUrl, warnings: ['nobody listens at http://127.0.0.1:8081'] });
    log({ type: 'warned', registryUrl, warnings: [] });

    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        message: 'the registry warns: nobody listens at http://127.0.0.1:8081',
        event: 'registrar_warned',
      }),
      expect.objectContaining({ level: 'info', message: 'what the registry warned of is mended' }),
    ]);
  });

  it('says why it was refused', () => {
    const { logger, lines } = keptLines();

    logRegistrarEvents(logger)({
      type: 'registration_refused',
      registryUrl,
      failure: { code: 'FORBIDDEN', message: 'the token may not register greeter' },
      retryInMs: 3000,
    });

    expect(lines).toEqual([
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('the token may not register greeter'),
        event: 'registrar_registration_refused',
      }),
    ]);
  });
});

describe('the log of a resolver', () => {
  it('warns of a broken stream, and informs of a new one', () => {
    const { logger, lines } = keptLines();
    const log = logResolverEvents(logger);

    log({ type: 'disconnected', registryUrl, failure, retryInMs: 100, staleForMs: 0 });
    log({ type: 'connected', registryUrl, catalogId: 'c', revision: 3, warming: false });

    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', event: 'resolver_disconnected', failure }),
      expect.objectContaining({ level: 'info', event: 'resolver_connected', catalog_id: 'c', revision: 3 }),
    ]);
  });

  it('leaves it to the registrar of the process to tell operators of an authority that was renewed', () => {
    const { logger, lines } = keptLines();
    const loaded = { type: 'authority_loaded', file: '/etc/ca.pem' } as const;
    const refused = { type: 'authority_refused', file: '/etc/ca.pem', failure } as const;

    for (const event of [loaded, refused]) {
      logResolverEvents(logger)(event);
      logRegistrarEvents(logger)(event);
    }

    expect(lines).toEqual([
      expect.objectContaining({ level: 'debug', event: 'resolver_authority_loaded' }),
      expect.objectContaining({ level: 'info', event: 'registrar_authority_loaded' }),
      expect.objectContaining({ level: 'debug', event: 'resolver_authority_refused' }),
      expect.objectContaining({ level: 'error', event: 'registrar_authority_refused' }),
    ]);
  });
});

describe('the log of a service client', () => {
  it('says that an authority was renewed, and why one cannot be used', () => {
    const { logger, lines } = keptLines();
    const log = logServiceClientEvents(logger);

    log({ type: 'authority_loaded', file: '/etc/ca.pem' });
    log({ type: 'authority_refused', file: '/etc/ca.pem', failure });

    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        event: 'service_client_authority_loaded',
        file: '/etc/ca.pem',
      }),
      expect.objectContaining({ level: 'error', event: 'service_client_authority_refused', failure }),
    ]);
  });
});
